"""What each architecture costs a month, from its measured times and the dated prices of the service's plan."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sparely_toolkit.loadtest.cost import lambda_cost, prices, sagemaker
from sparely_toolkit.loadtest.cost.bill import SECONDS_A_MONTH, Bill
from sparely_toolkit.loadtest.cost.prices import Prices
from sparely_toolkit.loadtest.plan import assumptions
from sparely_toolkit.loadtest.plan.architectures import Pricing, function_logs, gateway, gateway_logs, observing

REGION = "us-east-1"
INSTANCE, VCPUS = "ml.m5.large", 2
LEAST_INSTANCES = 2
"""A canary needs two, and one alone is no availability."""
BUSY_SHARE = 0.7
MEMORY_MB = 512
MB_OF_ONE_VCPU = 1769  # docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
BODY_KB = 0.4
RATES = (0.1, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)


@dataclass(frozen=True, slots=True)
class Times:
    """Of one request, in ms: what Lambda bills, and what the containers' processors take."""

    billed_ms: float
    container_ms: float
    memory_mb: int = MEMORY_MB

    def with_model_of(self, processor_ms: float) -> "Times":
        """The same with a model that takes so much more processor time, in a function of one vCPU."""
        return Times(self.billed_ms + processor_ms, self.container_ms + processor_ms, MB_OF_ONE_VCPU)


def monthly(key: str, times: Times, requests: float, regional: Prices) -> Bill:
    """Price a month of a steady load, all of it: gateway, function, endpoint, logs, metrics, alarms, transfer."""
    return _MONTHS[key](times, requests, regional)


def capacity(times: Times) -> float:
    """Requests a second that one instance computes with all of its processors."""
    return VCPUS * 1000 / times.container_ms if times.container_ms else math.inf


def curve(key: str, times: Times, rates: Sequence[float] = RATES) -> list[tuple[float, float]]:
    """Monthly USD by requests a second."""
    regional = prices.load(REGION)
    return [(rate, monthly(key, times, rate * SECONDS_A_MONTH, regional).usd) for rate in rates]


def cheaper_from(one: str, other: str, times: Mapping[str, Times]) -> float | None:
    """The rate in requests a second from which `one` costs less than `other`; None up to 10,000."""
    regional = prices.load(REGION)
    rate = 0.1
    while rate <= 10_000:
        requests = rate * SECONDS_A_MONTH
        if monthly(one, times[one], requests, regional).usd < monthly(other, times[other], requests, regional).usd:
            return rate
        rate *= 1.05
    return None


def _lambda(times: Times, requests: float, regional: Prices) -> Bill:
    usage = lambda_cost.Usage(requests, times.memory_mb, math.ceil(times.billed_ms))
    pricing = Pricing(regional, assumptions.read())
    written = function_logs(requests, 0, pricing) | gateway_logs("http", requests, pricing)
    calls = gateway("http", requests, pricing)
    return calls + lambda_cost.on_demand(usage, regional) + observing(written, pricing, counts=True)


def _endpoint(times: Times, requests: float, regional: Prices) -> Bill:
    fleet = sagemaker.Fleet(INSTANCE, capacity(times), least=LEAST_INSTANCES, target=BUSY_SHARE)
    gb = requests * BODY_KB / 1024**2
    return sagemaker.endpoint(fleet, [requests / SECONDS_A_MONTH], gb, gb, regional)


def _thin(times: Times, requests: float, regional: Prices) -> Bill:
    return _lambda(times, requests, regional) + _endpoint(times, requests, regional)


def _direct(times: Times, requests: float, regional: Prices) -> Bill:
    pricing = Pricing(regional, assumptions.read())
    observed = observing(gateway_logs("rest", requests, pricing), pricing)
    return gateway("rest", requests, pricing) + _endpoint(times, requests, regional) + observed


_MONTHS: dict[str, Callable[[Times, float, Prices], Bill]] = {
    "lambda": _lambda,
    "multi-model": _thin,
    "sequential": _thin,
    "direct": _direct,
}
