"""The Discord face: its client, its commands and the handlers of its buttons."""
