"""Rules for articles and codes: their parts, lengths, labels, sources, life and pictures."""
