"""The service's budgets: ratios taken in turns and sizes, so that a slow or busy machine fails nothing."""

import pytest

from benchmarks import budgets


def test_the_package_is_at_most_half_of_the_smallest_with_the_python_module() -> None:
    """Even pruned by hand, onnxruntime's Python module with numpy makes a zip twice as large."""
    service, alternative = budgets.service_weight(), budgets.smallest_alternative_weight()

    assert service.zipped <= alternative.zipped / 2
    assert service.unzipped <= alternative.unzipped / 2


def test_the_package_keeps_its_sizes() -> None:
    """The zip stays under 10 MB, what Lambda unpacks under 27 MiB."""
    weight = budgets.service_weight()

    assert weight.zipped <= budgets.LARGEST_ZIP_BYTES
    assert weight.unzipped <= budgets.LARGEST_UNZIPPED_BYTES


def test_a_cold_start_is_shorter_than_an_import_of_onnxruntime() -> None:
    """The whole init, all models open, takes at most 0.85 of what importing the Python module takes."""
    ratio = budgets.within(budgets.TESTED_INIT_RATIO, budgets.init_ratio)

    assert ratio <= budgets.TESTED_INIT_RATIO


def test_the_handler_adds_little_to_the_inference() -> None:
    """Validation, log line and metrics included, a one-row request takes at most 2.5 of the bare minimum."""
    ratio = budgets.within(budgets.TESTED_HANDLER_RATIO, budgets.handler_ratio)

    assert ratio <= budgets.TESTED_HANDLER_RATIO


def test_memory_stays_small_over_many_requests() -> None:
    """Three hundred requests in the emulator leave the process at or under 47 MB at its highest."""
    assert budgets.peak_memory_mb() <= budgets.TESTED_PEAK_MEMORY_MB


@pytest.mark.parametrize(("figures", "rounds"), [([0.5], [9]), ([2.0, 0.5], [9, 27]), ([2.0, 3.0], [9, 27])])
def test_a_missed_budget_is_measured_once_more(figures: list[float], rounds: list[int]) -> None:
    """A second, three times longer measurement decides; a kept budget needs none."""
    measured: list[int] = []
    answers = iter(figures)

    def figure(count: int) -> float:
        measured.append(count)
        return next(answers)

    assert budgets.within(1.0, figure) == figures[-1]
    assert measured == rounds
