"""What runs on a developer's machine and in CI for a service of sparely: the command `sparely`."""
