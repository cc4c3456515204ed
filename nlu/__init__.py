"""Words to findings: intents, conduct, ticket fields, emotion. Pure but for the encoder."""
