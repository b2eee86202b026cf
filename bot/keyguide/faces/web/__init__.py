"""The web page: the application, the chat and its health pages."""
