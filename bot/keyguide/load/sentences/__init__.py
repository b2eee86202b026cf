"""Sentence vectors: the model, how it is fetched, and the vectors of our own examples."""
