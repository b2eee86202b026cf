"""The pages for those who keep the knowledge: what was asked and how it ended."""
