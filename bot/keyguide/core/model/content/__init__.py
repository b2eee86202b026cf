"""What writers write: articles, flows, pictures, what is recognised; imports from the model only."""
