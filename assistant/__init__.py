"""Findings to help: one call's memory, its numbered events, and where they go."""
