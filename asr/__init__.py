"""Sound to words. Knows nothing of intents, tickets, sockets or stores."""
