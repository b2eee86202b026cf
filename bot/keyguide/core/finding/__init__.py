"""Find which article a text is about. The lowest layer of `core`, and the only one that uses numpy."""
