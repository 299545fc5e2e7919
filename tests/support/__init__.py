"""What the tests of several packages share: the template, its samples, and services baked from it."""
