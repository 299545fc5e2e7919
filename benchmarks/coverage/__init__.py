"""Which estimators and steps convert and keep parity: tried, and written down as a table, failures too."""
