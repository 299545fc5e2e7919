"""Where the service breaks, what it costs, and when another architecture is better."""
