"""Nothing a caller can pass makes the process crash."""

from tests.engine.programs import run_program


def test_random_inputs_are_answered_or_refused() -> None:
    """Among random types, shapes, lengths and values each run is right or raises, and none crashes."""
    answered, refused = map(int, run_program("tests.engine.random_inputs", "1", "20000").split())

    assert answered > 2000
    assert refused > 2000
