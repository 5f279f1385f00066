"""Everything that learns from data: datasets, and the models that are trained on them."""
