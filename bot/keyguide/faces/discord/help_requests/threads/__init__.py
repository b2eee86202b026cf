"""The private thread of a help request: how it is opened, its buttons, and how it ends."""
