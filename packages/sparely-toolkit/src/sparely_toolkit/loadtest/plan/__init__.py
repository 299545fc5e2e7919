"""What traffic will need and cost: memory size, concurrency, cold starts, throttling, and other architectures."""
