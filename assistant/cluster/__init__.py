"""Models on other machines, through Ray Serve; never imported unless HOTLINE_RAY_ADDRESS is set."""
