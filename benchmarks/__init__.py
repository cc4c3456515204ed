"""Synthetic speech and measurements: tools of development, never imported by the product."""
