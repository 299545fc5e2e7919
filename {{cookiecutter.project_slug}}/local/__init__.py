"""API Gateway and Lambda on this machine, without Docker: `python -m local` serves what `sam build` made."""
