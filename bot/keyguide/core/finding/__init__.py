"""Which article a text is about, learnt from examples. The ground of `core`; the only place with numpy."""
