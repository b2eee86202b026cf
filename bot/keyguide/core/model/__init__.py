"""The records that everything else passes around: articles, flows, turns, replies."""
