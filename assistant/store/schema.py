"""Every table of every topic: what the migrations must have made. A new topic adds its tables here."""

from assistant.store import (
    people_tables,
    privacy_tables,
    review_tables,
    tables,
    ticket_tables,
    training_tables,
)

metadata = tables.metadata

TOPICS = (tables, people_tables, privacy_tables, review_tables, ticket_tables, training_tables)
