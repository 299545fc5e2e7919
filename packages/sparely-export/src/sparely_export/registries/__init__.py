"""Where fitted models are kept: MLflow, S3, the Hugging Face Hub; asked when a model is exported, never later."""
