"""`sparely score`: a model over a file of any size, by the built package, as the API would answer row by row."""
