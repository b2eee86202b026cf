"""Answer forum posts, and tag those that are solved."""
