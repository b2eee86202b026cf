"""Tools for the people who write and maintain the knowledge.

They import `core`, `load`, `insight` and the protocols of `store`.
"""
