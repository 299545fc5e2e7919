"""What happens in the service right now, as one document: the status page and rehearsals read it."""

from dataclasses import asdict
from typing import Any

from sparely_toolkit.local.figures import OfRoute
from sparely_toolkit.local.pool import Pool
from sparely_toolkit.local.service import LocalService


def status_document(service: LocalService) -> dict[str, Any]:
    """Give counts since the start, percentiles of the last thousand, and each version with its share."""
    function = service.deployment.function
    traffic = service.traffic
    concurrency = service.host.concurrency
    return {
        "function": function.logical_id,
        "stack": service.deployment.stack_name,
        "requests": traffic.requests,
        "statuses": {str(status): count for status, count in sorted(traffic.statuses.items())},
        "latency_ms": asdict(traffic.latencies.percentiles()),
        "history": traffic.history(),
        "routes": {
            name: {
                "requests": each.requests,
                "failures": each.failures,
                "latency_ms": asdict(each.latencies.percentiles()),
            }
            for name, each in sorted(traffic.routes.items())
        },
        "faults": [
            {"at": f"{each.at:%H:%M:%S}", "route": each.route, "status": each.status, "said": each.said}
            for each in traffic.faults
        ],
        "concurrency": {"running": concurrency.running, "limit": concurrency.limit},
        "versions": {
            version: {"weight": service.alias.weights.get(version, 0.0), **_version(pool)}
            for version, pool in service.versions.pools.items()
        },
        "notices": list(service.notices),
    }


LAST = 100
"""How many of a version's durations are shown one by one."""


def _route(figures: OfRoute) -> dict[str, Any]:
    return {
        "requests": figures.requests,
        "failures": figures.failures,
        "latency_ms": asdict(figures.latencies.percentiles()),
    }


def _version(pool: Pool) -> dict[str, Any]:
    figures = pool.figures
    return {
        "environments": figures.environments,
        "busy": figures.environments - figures.idle,
        "cold_starts": figures.cold_starts,
        "invocations": figures.invocations,
        "errors": figures.errors,
        "throttles": figures.throttles,
        "duration_ms": asdict(figures.durations.percentiles()),
        "last_ms": [round(each, 2) for each in figures.durations.last(LAST)],
        "init_ms": asdict(figures.inits.percentiles()),
        "memory_mb": {"peak": figures.peak_memory_mb, "limit": pool.function.memory_mb},
        "artifact": str(pool.function.artifact),
    }
