"""What clients do during `make load`: each asks all models and areas, by the shares of traffic.toml; add yours here."""

from sparely_toolkit.loadtest.users import Client, Offered

# A class of your own, `class Visitor(Client)`, has the tasks of Client and those that you give it with Locust's @task.
__all__ = ["Client", "Offered"]
