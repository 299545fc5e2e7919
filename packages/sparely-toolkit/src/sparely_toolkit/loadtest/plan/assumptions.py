"""What the plan cannot measure, read from assumptions.toml."""

from dataclasses import dataclass
from pathlib import Path

from sparely_toolkit.toml_file import UnreadableToml, read_toml

FILE = Path(__file__).with_name("assumptions.toml")


@dataclass(frozen=True, slots=True)
class Requests:
    """Sizes of one request and answer, and of what is logged of it."""

    request_kb: float
    response_kb: float
    line_bytes: float
    plain_line_bytes: float
    platform_bytes: float
    access_bytes: float


@dataclass(frozen=True, slots=True)
class Runtime:
    """What the runtime client adds to an init and a request, in ms of processor time."""

    init_ms: float
    request_ms: float


@dataclass(frozen=True, slots=True)
class ColdStart:
    """What a cold start has beside its init in ms, from least to most: public figures, none of them AWS' own."""

    microvm_least_ms: float
    microvm_most_ms: float
    zip_least_ms_a_mb: float
    zip_most_ms_a_mb: float
    image_least_ms: float
    image_most_ms: float
    image_first_least_ms: float
    image_first_most_ms: float


@dataclass(frozen=True, slots=True)
class SnapStart:
    """A restore in ms, what of it is billed, and how many versions have a snapshot."""

    restore_ms: float
    billed_ms: float
    versions: int


@dataclass(frozen=True, slots=True)
class ManagedInstances:
    """The instances of a capacity provider; `target` is the share of their processors that requests shall use."""

    instance_x86_64: str
    instance_arm64: str
    vcpus: int
    least_instances: int
    target: float


@dataclass(frozen=True, slots=True)
class Sagemaker:
    """The endpoint of the other architectures; capacities in requests a second of one instance."""

    instance: str
    least_instances: int
    most_instances: int
    target: float
    capacity_direct: float
    capacity_behind_lambda: float
    endpoint_ms: float
    serverless_memory_mb: int
    serverless_ms: float


@dataclass(frozen=True, slots=True)
class ThinLambda:
    """The function in front of the endpoint."""

    memory_mb: int
    overhead_ms: float


@dataclass(frozen=True, slots=True)
class Batch:
    """What scoring a table on AWS takes beside the rows; times in seconds."""

    read_mb_a_second: float
    range_start_s: float
    join_s_a_range: float
    transitions_a_range: int
    transitions: int
    transform_instance: str
    transform_vcpus: int
    transform_start_s: float


@dataclass(frozen=True, slots=True)
class Assumptions:
    """All of the file."""

    requests: Requests
    runtime: Runtime
    cold_start: ColdStart
    snapstart: SnapStart
    managed_instances: ManagedInstances
    sagemaker: Sagemaker
    thin_lambda: ThinLambda
    batch: Batch
    concurrency: int
    idle_minutes: float


def read(own: Path | None = None) -> Assumptions:
    """
    Read the assumptions.

    Args:
        own: a file of the same form with the values that differ.

    Raises:
        UnreadableToml: it is missing, no TOML, or has a value that the plan does not know.
    """
    document = read_toml(FILE)
    for table, values in (read_toml(own) if own else {}).items():
        unknown = [name for name in values if name not in document.get(table, {})]
        if own and (table not in document or unknown):
            known = document.get(table, document)
            raise UnreadableToml(own, f"[{table}] {', '.join(unknown) or 'is unknown'}; it may have {', '.join(known)}")
        document[table] |= values
    return Assumptions(
        requests=Requests(**document["requests"]),
        runtime=Runtime(**document["runtime"]),
        cold_start=ColdStart(**document["cold_start"]),
        snapstart=SnapStart(**document["snapstart"]),
        managed_instances=ManagedInstances(**document["managed_instances"]),
        sagemaker=Sagemaker(**document["sagemaker"]),
        thin_lambda=ThinLambda(**document["thin_lambda"]),
        batch=Batch(**document["batch"]),
        concurrency=document["limits"]["concurrency"],
        idle_minutes=document["limits"]["idle_minutes"],
    )
