"""API Gateway and Lambda on this machine, without Docker: `sparely run` serves what `sparely build` made."""
