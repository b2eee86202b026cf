"""Read the words in pictures, each in a process of its own. Only the worker imports the extra `vision`."""
