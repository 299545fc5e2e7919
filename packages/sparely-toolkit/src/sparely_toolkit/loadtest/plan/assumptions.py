"""What the plan cannot measure, read from assumptions.toml."""

from dataclasses import dataclass
from pathlib import Path

from sparely_toolkit.checked import Above, Amount, Count, Unfit, checked
from sparely_toolkit.toml_file import UnreadableToml, read_toml

FILE = Path(__file__).with_name("assumptions.toml")


@dataclass(frozen=True, slots=True)
class Requests:
    """Sizes of one request and answer, and of what is logged of it."""

    request_kb: Amount
    response_kb: Amount
    line_bytes: Amount
    plain_line_bytes: Amount
    platform_bytes: Amount
    access_bytes: Amount


@dataclass(frozen=True, slots=True)
class Runtime:
    """What the runtime client adds to an init and a request, in ms of processor time."""

    init_ms: Amount
    request_ms: Amount


@dataclass(frozen=True, slots=True)
class ColdStart:
    """What a cold start has beside its init in ms, from least to most: public figures, none of them AWS' own."""

    microvm_least_ms: Amount
    microvm_most_ms: Amount
    zip_least_ms_a_mb: Amount
    zip_most_ms_a_mb: Amount
    image_least_ms: Amount
    image_most_ms: Amount
    image_first_least_ms: Amount
    image_first_most_ms: Amount


@dataclass(frozen=True, slots=True)
class SnapStart:
    """A restore in ms, what of it is billed, and how many versions have a snapshot."""

    restore_ms: Amount
    billed_ms: Amount
    versions: Count


@dataclass(frozen=True, slots=True)
class ManagedInstances:
    """The instances of a capacity provider; `target` is the share of their processors that requests shall use."""

    instance_x86_64: str
    instance_arm64: str
    vcpus: Count
    least_instances: Count
    target: Above


@dataclass(frozen=True, slots=True)
class Sagemaker:
    """The endpoint of the other architectures; capacities in requests a second of one instance."""

    instance: str
    least_instances: Count
    most_instances: Count
    target: Above
    capacity_direct: Above
    capacity_behind_lambda: Above
    endpoint_ms: Amount
    serverless_memory_mb: Count
    serverless_ms: Amount


@dataclass(frozen=True, slots=True)
class ThinLambda:
    """The function in front of the endpoint."""

    memory_mb: Count
    overhead_ms: Amount


@dataclass(frozen=True, slots=True)
class Batch:
    """What scoring a table on AWS takes beside the rows; times in seconds."""

    read_mb_a_second: Above
    range_start_s: Amount
    join_s_a_range: Amount
    transitions_a_range: Count
    transitions: Count
    transform_instance: str
    transform_vcpus: Count
    transform_start_s: Amount


@dataclass(frozen=True, slots=True)
class Limits:
    """Environments at once, by the account's quota, and how long one waits for work."""

    concurrency: Count
    idle_minutes: Amount


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
    limits: Limits


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
        known = document.get(table, {})
        unknown = [name for name in values if name not in known] if isinstance(values, dict) else ["is no table"]
        if own and (table not in document or unknown):
            said = ", ".join(unknown) or "is unknown"
            raise UnreadableToml(own, f"[{table}] {said}; it may have {', '.join(known or document)}")
        document[table] = {**known, **values}
    try:
        return checked(Assumptions, document)
    except Unfit as fault:
        raise UnreadableToml(own or FILE, str(fault)) from None


def said(value: float | str) -> str:
    """A value as the file has it: 45, and not 45.0."""
    return value if isinstance(value, str) else f"{value:g}"
