"""Where the festival is kept: tables, engine, the one writer, migrations."""
