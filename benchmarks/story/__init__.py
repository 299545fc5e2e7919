"""The story's load tests, reproduced."""
