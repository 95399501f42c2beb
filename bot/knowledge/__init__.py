"""The `knowledge/` folder → checked, frozen types. Every fault is told with file and line, all at once."""
