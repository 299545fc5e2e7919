"""
Whether this machine and this AWS account can deploy the service, and what to do where they cannot.

It runs before .venv is there: `finding`, `machine` and `__main__` want no package and no newer Python than 3.9.
"""
