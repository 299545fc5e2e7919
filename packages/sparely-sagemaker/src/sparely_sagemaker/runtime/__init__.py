"""SageMaker's runtime API on this machine, in front of the container's own server as processes."""
