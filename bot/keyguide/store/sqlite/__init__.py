"""The store in a SQLite file; only `store/open_store.py` and the copies import from here."""
