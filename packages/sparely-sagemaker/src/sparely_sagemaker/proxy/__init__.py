"""The thin Lambda function in front of a multi-model endpoint: the contract outside, InvokeEndpoint inside."""
