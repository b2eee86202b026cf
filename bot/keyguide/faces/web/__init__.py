"""Serve the web page: the chat, the API, the desk and the health pages."""
