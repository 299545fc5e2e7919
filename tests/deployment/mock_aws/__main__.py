"""`python -m tests.deployment.mock_aws PORT`: serve on loopback until stopped."""

import os
import sys

REGION = "us-east-1"


def main(port: int) -> None:
    """Add what moto lacks, then hand over to its server."""
    os.environ.update(
        AWS_ENDPOINT_URL=f"http://localhost:{port}",
        AWS_ACCESS_KEY_ID="testing",
        AWS_SECRET_ACCESS_KEY="testing",
        AWS_DEFAULT_REGION=REGION,
    )
    # Both read the environment that is set above.
    from moto.server import main as serve

    from tests.deployment.mock_aws import code_deploy, functions, no_value, resources, stacks, transform, update_order

    for part in (transform, no_value, update_order, stacks, resources, code_deploy, functions):
        part.install()
    serve(["-H", "127.0.0.1", "-p", str(port)])


if __name__ == "__main__":
    main(int(sys.argv[1]))
