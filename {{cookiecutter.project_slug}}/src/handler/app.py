"""Where requests come in; add what your service does around its models below."""

from sparely import Service

service = Service(__file__)  # the models in ../models, read once per execution environment
lambda_handler = service
