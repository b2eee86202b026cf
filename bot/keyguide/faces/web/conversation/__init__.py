"""The conversation on the page: what is written, sent as pictures or passed on to a human."""
