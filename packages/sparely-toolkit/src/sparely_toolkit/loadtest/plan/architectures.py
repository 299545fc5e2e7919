"""One month of the same traffic on six architectures, and the traffic at which their order changes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sparely_toolkit.loadtest.cost import api_gateway, lambda_cost, observability, sagemaker
from sparely_toolkit.loadtest.cost.bill import Bill, whole_ms
from sparely_toolkit.loadtest.cost.lambda_cost import Architecture, Usage
from sparely_toolkit.loadtest.cost.prices import Prices
from sparely_toolkit.loadtest.plan.assumptions import Assumptions
from sparely_toolkit.loadtest.plan.traffic import Traffic

LAMBDA_HTTP = "Lambda, HTTP API"
LAMBDA_REST = "Lambda, REST API"
LAMBDA_URL = "Lambda, function URL"
ENDPOINT = "REST API, SageMaker endpoint"
THIN = "HTTP API, Lambda, SageMaker endpoint"
SERVERLESS = "REST API, SageMaker serverless"


@dataclass(frozen=True, slots=True)
class Served:
    """How the function serves the traffic: mean billed ms, cold starts' share, and mean init in ms."""

    memory_mb: int
    billed_ms: float
    cold_share: float
    init_ms: float
    architecture: Architecture = "x86_64"


@dataclass(frozen=True, slots=True)
class Pricing:
    """What all bills share."""

    prices: Prices
    assumptions: Assumptions
    free_tier: bool = False


Monthly = Callable[[Traffic, Served, Pricing], Bill]


def _lambda(kind: api_gateway.Kind) -> Monthly:
    def month(traffic: Traffic, served: Served, pricing: Pricing) -> Bill:
        count = traffic.requests_a_month
        usage = Usage(
            requests=count,
            memory_mb=served.memory_mb,
            billed_ms=served.billed_ms,
            cold_starts=count * served.cold_share,
            init_ms=served.init_ms,
            architecture=served.architecture,
        )
        function = lambda_cost.on_demand(usage, pricing.prices, free_tier=pricing.free_tier)
        return _gateway(kind, count, pricing) + function + _observed(count, pricing)

    return month


def _endpoint(traffic: Traffic, served: Served, pricing: Pricing) -> Bill:
    count = traffic.requests_a_month
    return _gateway("rest", count, pricing) + _instances(
        traffic, pricing.assumptions.sagemaker.capacity_direct, pricing
    )


def _thin(traffic: Traffic, served: Served, pricing: Pricing) -> Bill:
    count, thin = traffic.requests_a_month, pricing.assumptions.thin_lambda
    waits_ms = whole_ms(pricing.assumptions.sagemaker.endpoint_ms + thin.overhead_ms)
    usage = Usage(count, thin.memory_mb, waits_ms, architecture=served.architecture)
    function = lambda_cost.on_demand(usage, pricing.prices, free_tier=pricing.free_tier)
    instances = _instances(traffic, pricing.assumptions.sagemaker.capacity_behind_lambda, pricing)
    return _gateway("http", count, pricing) + function + instances + _observed(count, pricing)


def _serverless(traffic: Traffic, served: Served, pricing: Pricing) -> Bill:
    count, assumed = traffic.requests_a_month, pricing.assumptions.sagemaker
    gb = _gb(count, pricing.assumptions.requests.request_kb + pricing.assumptions.requests.response_kb)
    inference = sagemaker.serverless(count, assumed.serverless_ms, assumed.serverless_memory_mb, gb, pricing.prices)
    return _gateway("rest", count, pricing) + inference


ARCHITECTURES: dict[str, Monthly] = {
    LAMBDA_HTTP: _lambda("http"),
    LAMBDA_REST: _lambda("rest"),
    LAMBDA_URL: _lambda("url"),
    ENDPOINT: _endpoint,
    THIN: _thin,
    SERVERLESS: _serverless,
}


OF_KIND = {"http": LAMBDA_HTTP, "rest": LAMBDA_REST, "url": LAMBDA_URL}
"""The architecture of a service by the kind of its API."""


def _gateway(kind: api_gateway.Kind, count: float, pricing: Pricing) -> Bill:
    sizes = pricing.assumptions.requests
    calls = api_gateway.requests(kind, count, pricing.prices, body_kb=sizes.request_kb, free_tier=pricing.free_tier)
    return calls + api_gateway.transfer(_gb(count, sizes.response_kb), pricing.prices, free_tier=pricing.free_tier)


def _observed(count: float, pricing: Pricing) -> Bill:
    sizes = pricing.assumptions.requests
    written = _gb(count, sizes.log_bytes / 1024)
    logs = observability.logs(written, sizes.log_retention_days, pricing.prices, free_tier=pricing.free_tier)
    return logs + observability.metrics(sizes.custom_metrics, pricing.prices, free_tier=pricing.free_tier)


def _instances(traffic: Traffic, capacity: float, pricing: Pricing) -> Bill:
    assumed, sizes = pricing.assumptions.sagemaker, pricing.assumptions.requests
    fleet = sagemaker.Fleet(assumed.instance, capacity, assumed.least_instances, assumed.most_instances, assumed.target)
    count = traffic.requests_a_month
    gb_in, gb_out = _gb(count, sizes.request_kb), _gb(count, sizes.response_kb)
    return sagemaker.endpoint(fleet, traffic.hourly_peaks(), gb_in, gb_out, pricing.prices)


def _gb(count: float, kb: float) -> float:
    return count * kb / 1024**2


@dataclass(frozen=True, slots=True)
class Curve:
    """Monthly USD of one architecture by mean rate in requests a second, rates rising."""

    name: str
    points: tuple[tuple[float, float], ...]


def curves(
    traffic: Traffic, rates: Sequence[float], serve: Callable[[Traffic], Served], pricing: Pricing
) -> list[Curve]:
    """Price the same course of traffic at several mean rates."""
    scaled = [(rate, traffic.scaled_to(rate)) for rate in rates]
    served = {rate: serve(at_rate) for rate, at_rate in scaled}
    return [
        Curve(name, tuple((rate, month(at_rate, served[rate], pricing).usd) for rate, at_rate in scaled))
        for name, month in ARCHITECTURES.items()
    ]


@dataclass(frozen=True, slots=True)
class Change:
    """From this mean rate on, one architecture costs less than another that was cheaper below."""

    rate: float
    cheaper: str
    dearer: str


def changes(drawn: Sequence[Curve]) -> list[Change]:
    """List where two architectures change places, by rising rate; between two rates the costs are taken as straight."""
    crossings = []
    for number, one in enumerate(drawn):
        for other in drawn[number + 1 :]:
            pairs = list(zip(one.points, other.points, strict=True))
            for ((rate, a), (_, b)), ((next_rate, next_a), (_, next_b)) in pairwise(pairs):
                before, after = a - b, next_a - next_b
                if before * after < 0:
                    at_rate = rate + (next_rate - rate) * before / (before - after)
                    cheaper, dearer = (one, other) if after < 0 else (other, one)
                    crossings.append(Change(at_rate, cheaper.name, dearer.name))
    return sorted(crossings, key=lambda change: change.rate)
