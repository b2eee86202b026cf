"""Answer the commands, messages and buttons of people who ask."""
