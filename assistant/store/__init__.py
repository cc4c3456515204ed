"""Where calls, events and recordings are kept."""
