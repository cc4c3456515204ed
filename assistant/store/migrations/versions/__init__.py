"""Numbered steps of the schema; run whenever a database is opened."""
