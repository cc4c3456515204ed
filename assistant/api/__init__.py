"""HTTP routes and websockets: thin shells around the pure parts."""
