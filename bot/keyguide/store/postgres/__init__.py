"""The store in PostgreSQL; only `store/open_store.py` imports from here."""
