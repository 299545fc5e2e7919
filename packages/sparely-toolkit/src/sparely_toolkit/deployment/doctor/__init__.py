"""Whether this machine, this service and this AWS account can deploy, and what to do where they cannot."""
