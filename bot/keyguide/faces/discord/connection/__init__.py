"""The way to Discord and back: login, sending, limits, settings of a server.

Decides nothing about content.
"""
