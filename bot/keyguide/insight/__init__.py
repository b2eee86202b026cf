"""What the ledger and the kept questions say, counted for the desk and for `/insights`.

Imports `core` alone.
"""
