"""The command line's verbs, one module each; `server.py` reads the arguments and calls them. Each returns an exit status."""
