"""Ticket fields out of a call's words: `FieldTracker` is the way in; everything in here is pure."""

from nlu.fields.tracker import FieldTracker

__all__ = ["FieldTracker"]
