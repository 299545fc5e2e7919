"""What each architecture costs a month, from its measured times and the dated prices of the service's plan."""

import functools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sparely_sagemaker.compare.priced import Priced
from sparely_sagemaker.instances import vcpus_of
from sparely_toolkit.loadtest.cost import lambda_cost, prices, sagemaker
from sparely_toolkit.loadtest.cost.api_gateway import Kind
from sparely_toolkit.loadtest.cost.bill import SECONDS_A_MONTH, Bill
from sparely_toolkit.loadtest.cost.prices import Prices, UnknownPrice
from sparely_toolkit.loadtest.plan import assumptions
from sparely_toolkit.loadtest.plan.architectures import Pricing, function_logs, gateway, gateway_logs, observing

REGION = "us-east-1"
LEAST_INSTANCES = 2
"""A canary needs two, and one alone is no availability."""
BUSY_SHARE = 0.7
MEMORY_MB = 512
MB_OF_ONE_VCPU = 1769  # docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
BODY_KB = 0.4
DEFAULT = Priced()


@dataclass(frozen=True, slots=True)
class Times:
    """Of one request, in ms: what Lambda bills, and what the containers' processors take."""

    billed_ms: float
    container_ms: float
    memory_mb: int = MEMORY_MB

    def with_model_of(self, processor_ms: float) -> "Times":
        """The same with a model that takes so much more processor time, in a function of one vCPU."""
        return Times(self.billed_ms + processor_ms, self.container_ms + processor_ms, MB_OF_ONE_VCPU)


def monthly(key: str, times: Times, requests: float, regional: Prices, priced: Priced = DEFAULT) -> Bill:
    """
    Price a month of a steady load, all of it: gateway, function, endpoint, logs, metrics, alarms, transfer.

    Raises:
        UnknownPrice: nothing is known of what an instance of its endpoint costs.
    """
    return _MONTHS[key](times, requests, regional, priced)


def unknown_instances(priced: Priced, regional: Prices) -> list[str]:
    """The instance types of the endpoints of which no price is known."""
    return [each for each in priced.instances if not _has_price(each, regional)]


def capacity(times: Times, instance: str) -> float:
    """Requests a second that one instance computes with all of its processors."""
    return vcpus_of(instance) * 1000 / times.container_ms if times.container_ms else math.inf


def cheaper_from(one: str, other: str, times: Mapping[str, Times], priced: Priced = DEFAULT) -> float | None:
    """The rate in requests a second from which `one` costs less than `other`; None up to 10,000."""
    regional = prices.load(REGION)

    def usd(key: str, requests: float) -> float:
        return monthly(key, times[key], requests, regional, priced).usd

    rate = 0.1
    while rate <= 10_000:
        requests = rate * SECONDS_A_MONTH
        if usd(one, requests) < usd(other, requests):
            return rate
        rate *= 1.05
    return None


def _has_price(instance: str, regional: Prices) -> bool:
    try:
        regional.usd("sagemaker", "hour", instance)
    except UnknownPrice:
        return False
    return True


@functools.cache
def _assumed() -> assumptions.Assumptions:
    """The toolkit's own, which do not change while hundreds of loads are priced."""
    return assumptions.read()


def _function(kind: Kind, times: Times, requests: float, regional: Prices, priced: Priced) -> Bill:
    """A function with the gateway in front of it."""
    usage = lambda_cost.Usage(requests, times.memory_mb, math.ceil(times.billed_ms), architecture=priced.architecture)
    pricing = Pricing(regional, _assumed())
    written = function_logs(requests, 0, pricing) | gateway_logs(kind, requests, pricing)
    calls = gateway(kind, requests, pricing)
    return calls + lambda_cost.on_demand(usage, regional) + observing(written, pricing, counts=True)


def _endpoint(instance: str, times: Times, requests: float, regional: Prices) -> Bill:
    fleet = sagemaker.Fleet(instance, capacity(times, instance), least=LEAST_INSTANCES, target=BUSY_SHARE)
    gb = requests * BODY_KB / 1024**2
    return sagemaker.endpoint(fleet, [requests / SECONDS_A_MONTH], gb, gb, regional)


def _lambda(times: Times, requests: float, regional: Prices, priced: Priced) -> Bill:
    return _function(priced.gateway, times, requests, regional, priced)


def _thin(times: Times, requests: float, regional: Prices, priced: Priced) -> Bill:
    endpoint = _endpoint(priced.thin_instance, times, requests, regional)
    return _function("http", times, requests, regional, priced) + endpoint


def _direct(times: Times, requests: float, regional: Prices, priced: Priced) -> Bill:
    pricing = Pricing(regional, _assumed())
    observed = observing(gateway_logs("rest", requests, pricing), pricing)
    endpoint = _endpoint(priced.direct_instance, times, requests, regional)
    return gateway("rest", requests, pricing) + endpoint + observed


_MONTHS: dict[str, Callable[[Times, float, Prices, Priced], Bill]] = {
    "lambda": _lambda,
    "multi-model": _thin,
    "sequential": _thin,
    "direct": _direct,
}
