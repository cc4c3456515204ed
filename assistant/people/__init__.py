"""Who people are and what each may do; pure, no database and no socket."""
