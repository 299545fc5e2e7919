"""openapi.yaml, written from the manifests, the golden rows, the route table and the faults."""
