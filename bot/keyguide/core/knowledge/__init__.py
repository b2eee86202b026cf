"""The knowledge base as one object, and the rules that it must obey."""
