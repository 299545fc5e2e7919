"""One month of the same traffic on seven architectures, and the traffic at which their order changes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from sparely_toolkit.loadtest.cost import api_gateway, lambda_cost, observability, sagemaker
from sparely_toolkit.loadtest.cost.bill import Bill, whole_ms
from sparely_toolkit.loadtest.cost.lambda_cost import Architecture, Usage
from sparely_toolkit.loadtest.cost.prices import Prices
from sparely_toolkit.loadtest.plan.assumptions import Assumptions
from sparely_toolkit.loadtest.plan.observed import Observed
from sparely_toolkit.loadtest.plan.traffic import Traffic

LAMBDA_HTTP = "Lambda, HTTP API"
LAMBDA_REST = "Lambda, REST API"
LAMBDA_URL = "Lambda, function URL"
MANAGED = "Lambda Managed Instances, HTTP API"
ENDPOINT = "REST API, SageMaker endpoint"
THIN = "HTTP API, Lambda, SageMaker endpoint"
SERVERLESS = "REST API, SageMaker serverless"


@dataclass(frozen=True, slots=True)
class Served:
    """
    How the function serves the traffic: mean billed ms, cold starts' share, and mean init in ms.

    Attributes:
        snapstart: whether a cold start is a restore; then `init_ms` is what of it is billed.
        cpu_ms: processor time of a request on one vCPU.
    """

    memory_mb: int
    billed_ms: float
    cold_share: float
    init_ms: float
    architecture: Architecture = "x86_64"
    snapstart: bool = False
    cpu_ms: float = 1.0


@dataclass(frozen=True, slots=True)
class Pricing:
    """What all bills share."""

    prices: Prices
    assumptions: Assumptions
    free_tier: bool = False
    observed: Observed = field(default_factory=Observed)


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
        if served.snapstart:
            function += snapshots(served.memory_mb, usage.cold_starts, pricing)
        written = function_logs(count, count * served.cold_share, pricing) | gateway_logs(kind, count, pricing)
        return gateway(kind, count, pricing) + function + observing(written, pricing, counts=True)

    return month


def snapshots(memory_mb: int, restores: float, pricing: Pricing) -> Bill:
    """A month of snapshots: kept of each version that there is, and restored at each cold start."""
    versions = pricing.assumptions.snapstart.versions
    return lambda_cost.snapstart(memory_mb, restores, pricing.prices, versions=versions)


def _managed(traffic: Traffic, served: Served, pricing: Pricing) -> Bill:
    count = traffic.requests_a_month
    function = managed(traffic, served, pricing)
    written = function_logs(count, 0, pricing) | gateway_logs("http", count, pricing)
    return gateway("http", count, pricing) + function + observing(written, pricing, counts=True)


def managed(traffic: Traffic, served: Served, pricing: Pricing) -> Bill:
    """The function's part of a month on instances that Lambda manages."""
    assumed = pricing.assumptions.managed_instances
    instance = assumed.instance_arm64 if served.architecture == "arm64" else assumed.instance_x86_64
    capacity = assumed.vcpus * 1000 / served.cpu_ms
    instances = lambda_cost.Instances(instance, capacity, assumed.least_instances, assumed.target)
    return lambda_cost.managed_instances(instances, traffic.hourly_peaks(), traffic.requests_a_month, pricing.prices)


def managed_pays_from(traffic: Traffic, served: Served, pricing: Pricing) -> float | None:
    """
    From how many requests a month on managed instances cost no more than durations, with the same course of traffic.

    Gateway, logs and the price of a request are the same for both, and so many requests meet next to no cold start.
    None where it is not so up to a million million.
    """
    for step in range(6 * 20, 12 * 20 + 1):
        requests = 10 ** (step / 20)
        at_rate = traffic.scaled_to(traffic.mean_rate * requests / traffic.requests_a_month)
        usage = Usage(requests, served.memory_mb, served.billed_ms, architecture=served.architecture)
        if managed(at_rate, served, pricing).usd <= lambda_cost.on_demand(usage, pricing.prices).usd:
            return requests
    return None


def _endpoint(traffic: Traffic, served: Served, pricing: Pricing) -> Bill:
    count = traffic.requests_a_month
    instances = _instances(traffic, pricing.assumptions.sagemaker.capacity_direct, pricing)
    return gateway("rest", count, pricing) + instances + observing(gateway_logs("rest", count, pricing), pricing)


def _thin(traffic: Traffic, served: Served, pricing: Pricing) -> Bill:
    count, thin = traffic.requests_a_month, pricing.assumptions.thin_lambda
    waits_ms = whole_ms(pricing.assumptions.sagemaker.endpoint_ms + thin.overhead_ms)
    usage = Usage(count, thin.memory_mb, waits_ms, architecture=served.architecture)
    function = lambda_cost.on_demand(usage, pricing.prices, free_tier=pricing.free_tier)
    instances = _instances(traffic, pricing.assumptions.sagemaker.capacity_behind_lambda, pricing)
    written = function_logs(count, 0, pricing) | gateway_logs("http", count, pricing)
    return gateway("http", count, pricing) + function + instances + observing(written, pricing, counts=True)


def _serverless(traffic: Traffic, served: Served, pricing: Pricing) -> Bill:
    count, assumed = traffic.requests_a_month, pricing.assumptions.sagemaker
    gb = _gb(count, pricing.assumptions.requests.request_kb + pricing.assumptions.requests.response_kb)
    inference = sagemaker.serverless(count, assumed.serverless_ms, assumed.serverless_memory_mb, gb, pricing.prices)
    return gateway("rest", count, pricing) + inference + observing(gateway_logs("rest", count, pricing), pricing)


ARCHITECTURES: dict[str, Monthly] = {
    LAMBDA_HTTP: _lambda("http"),
    LAMBDA_REST: _lambda("rest"),
    LAMBDA_URL: _lambda("url"),
    MANAGED: _managed,
    ENDPOINT: _endpoint,
    THIN: _thin,
    SERVERLESS: _serverless,
}


OF_KIND = {"http": LAMBDA_HTTP, "rest": LAMBDA_REST, "url": LAMBDA_URL}
"""The architecture of a service by the kind of its API."""


def gateway(kind: api_gateway.Kind, count: float, pricing: Pricing) -> Bill:
    """A month of a gateway's requests, and of what leaves AWS in their answers."""
    sizes = pricing.assumptions.requests
    calls = api_gateway.requests(kind, count, pricing.prices, body_kb=sizes.request_kb, free_tier=pricing.free_tier)
    return calls + api_gateway.transfer(_gb(count, sizes.response_kb), pricing.prices, free_tier=pricing.free_tier)


def function_logs(count: float, cold: float, pricing: Pricing) -> dict[str, float]:
    """What the function logs in GB, and what Lambda logs of it; a cold start always has its line."""
    sizes, observed = pricing.assumptions.requests, pricing.observed
    lines = cold + (count - cold) * observed.log_share
    line_bytes = sizes.plain_line_bytes if observed.only_alarms else sizes.line_bytes
    platform_bytes = sizes.platform_bytes if observed.platform_lines else 0
    return {
        "Logs of the function": _gb(lines, line_bytes / 1024),
        "Logs of Lambda, START and REPORT": _gb(count, platform_bytes / 1024),
    }


def gateway_logs(kind: api_gateway.Kind, count: float, pricing: Pricing) -> dict[str, float]:
    """What the gateway logs in GB; a URL has no log."""
    access_bytes = 0 if kind == "url" else pricing.assumptions.requests.access_bytes
    return {"Logs of the gateway": _gb(count, access_bytes / 1024)}


def observing(written: dict[str, float], pricing: Pricing, *, counts: bool = False) -> Bill:
    """Logs, metrics where the function `counts`, alarms and dashboards."""
    observed, prices, free = pricing.observed, pricing.prices, pricing.free_tier
    logs = observability.logs(written, observed.log_retention_days, prices, free_tier=free)
    metrics = observability.metrics(observed.custom_metrics if counts else 0, prices, free_tier=free)
    return logs + metrics + observability.watching(observed.alarm_metrics, observed.dashboards, prices, free_tier=free)


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
