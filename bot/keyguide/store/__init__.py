"""Store conversations, the ledger and notes in memory, SQLite or PostgreSQL.

Imports `core.model` and `errors`.
"""
