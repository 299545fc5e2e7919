"""A prediction request's way through the function: read, validate, pack, infer, answer."""
