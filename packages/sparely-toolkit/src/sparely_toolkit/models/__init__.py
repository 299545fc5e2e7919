"""Models come and go: an export as a process of its own environment, a removal that leaves no trace."""
