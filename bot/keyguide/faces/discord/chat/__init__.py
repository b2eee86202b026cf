"""Commands, messages and buttons of people who ask."""
