"""Talk to Discord: login, sending, permissions and the settings of a server; no decision about content."""
