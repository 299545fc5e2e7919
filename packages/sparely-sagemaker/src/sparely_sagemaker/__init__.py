"""A service of sparely behind SageMaker: its container, the thin Lambda in front of it, and the mapping templates."""
