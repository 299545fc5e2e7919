"""`sparely run` and `sparely invoke`: the built package on this machine."""
