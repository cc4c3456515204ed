"""Ticket fields out of a call's words: `FieldTracker` is the way in; everything in here is pure."""

from nlu.fields.gazetteer import NOWHERE, Gazetteer
from nlu.fields.tracker import FieldTracker

__all__ = ["NOWHERE", "FieldTracker", "Gazetteer"]
