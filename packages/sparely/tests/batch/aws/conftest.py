"""A bucket in a mock of S3, and the samples' service behind its function for it."""

from support.objects import bucket, bundle, everywhere  # noqa: F401  # pytest finds the fixtures here
