"""Objects of S3 through a function of their own."""
