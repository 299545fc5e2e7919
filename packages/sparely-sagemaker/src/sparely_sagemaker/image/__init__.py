"""The image's content: what the container's server needs, and nothing else."""
