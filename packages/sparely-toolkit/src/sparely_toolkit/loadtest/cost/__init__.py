"""The bill, item by item, from a dated file of prices."""
