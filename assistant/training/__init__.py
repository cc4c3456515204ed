"""Training: a course of three internship steps, practice against recorded callers, and what each result suggests next."""
