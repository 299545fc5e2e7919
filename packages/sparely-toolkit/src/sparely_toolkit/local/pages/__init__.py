"""Pages to look at while the service runs here: what happens in it, and its API to try out."""
