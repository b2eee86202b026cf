"""Discord: the face, the client, and which handler answers which command or button."""
