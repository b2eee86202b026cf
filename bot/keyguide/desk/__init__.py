"""Tools for those who write and keep the knowledge.

Imports `core`, `load`, `store` protocols and `insight`.
"""
