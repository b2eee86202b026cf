"""Count what the ledger and the kept questions say, for the desk and for `/insights`.

Imports `core` alone.
"""
