"""The container's server: SageMaker's contract in front, the service's own handler and engine inside."""
