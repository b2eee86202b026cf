"""Score the golden questions, dialogues and conversations, beside baselines; imports from core and load."""
