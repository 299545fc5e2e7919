"""model.tar.gz for SageMaker: every model, every area and the whole service, the same bytes for the same files."""
