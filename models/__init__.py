"""Model files: which ones, where they come from, and whether they are intact."""
