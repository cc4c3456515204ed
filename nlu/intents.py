"""Intents: the taxonomy, the classifier's seam, and the decision that settles over a dialogue."""
