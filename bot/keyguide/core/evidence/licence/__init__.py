"""Read licence reports: their products, and the labels and values that Windows writes in them."""
