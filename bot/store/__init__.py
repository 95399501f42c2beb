"""The only place that knows SQL: tables, writes, read-only queries, migrations."""
