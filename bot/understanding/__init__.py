"""From a buyer's text to what it is about: topics, language, signals, and the facts it holds. Pure."""
