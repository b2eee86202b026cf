"""One turn in, one reply out as JSON for other programs, and its description."""
