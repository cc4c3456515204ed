"""How audio arrives: each door's own format turned into samples of a channel."""
