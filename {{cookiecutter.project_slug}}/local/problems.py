"""What stops the local service from starting: said in a sentence, without a traceback."""


class ServiceProblem(Exception):
    """Raised with a sentence that says what is wrong, where, and what would be right."""
