"""
Whole columns at once where pyarrow is installed: what does not fit as a whole is left to `sparely.batch`, row by row.

It runs beside the built package in the processes that score, so it imports `sparely` and pyarrow alone.
"""
