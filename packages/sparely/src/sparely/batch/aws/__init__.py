"""Objects of S3 scored by a function of their own: one in an invocation, or in ranges by a map of Step Functions."""
