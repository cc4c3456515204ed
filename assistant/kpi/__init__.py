"""What a hotline is measured by: facts of each ended call, the definitions of the figures, and their sources."""
