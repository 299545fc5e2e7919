"""API Gateway and Lambda on this machine, without Docker: `python -m sparely_toolkit.local` serves what `sam build` made."""
