"""The two SageMaker architectures as a whole, on this machine."""
