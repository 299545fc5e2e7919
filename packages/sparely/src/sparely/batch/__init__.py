"""Many rows at once, out of a file: validated, prepared and answered as `/predict` does, without HTTP and JSON."""
