"""Trains adapters: `python -m asr.adapt` (docs/adapting.md). A tool of operators, never imported while serving."""
