"""The bucket that packages are uploaded to: SAM's own, or the one that samconfig.toml names."""

from typing import Any

from botocore.exceptions import ClientError, ParamValidationError

from sparely_toolkit.deployment.doctor.finding import Finding, ok, problem
from sparely_toolkit.deployment.explained import sentence
from sparely_toolkit.deployment.faults import Fault, Place
from sparely_toolkit.deployment.meanings import MANAGED
from sparely_toolkit.deployment.stack import describe
from sparely_toolkit.deployment.stack_states import REFUSES, state_of

CHECK = "bucket"


def bucket(cloudformation: Any, s3: Any, place: Place) -> Finding:
    """Whether it is there; who may upload need not be allowed to look, and then it is taken for granted."""
    stage = place.stage
    name = stage.settings.get("s3_bucket")
    if name and stage.settings.get("resolve_s3"):
        return problem(CHECK, f"SAM takes s3_bucket or resolve_s3, and both stand under {stage.table}; remove one.")
    if not name:
        if not stage.settings.get("resolve_s3"):
            return problem(CHECK, f"none is named for packages; set resolve_s3 = true under {stage.table}.")
        described = describe(cloudformation, MANAGED)
        if described is None:
            return ok(CHECK, "the first deployment makes SAM's")
        status = described["StackStatus"]
        outputs = {each["OutputKey"]: each["OutputValue"] for each in described.get("Outputs", [])}
        if state_of(status).kind == REFUSES and not outputs:
            fault = Fault("UserException", f"Stack {MANAGED} has state:{status}")
            return problem(CHECK, f"{sentence(fault, place)}.")
        name = outputs.get("SourceBucket")
        if not name:
            said = f"stack {MANAGED} names no bucket, so it is not SAM's; set s3_bucket under {stage.table}."
            return problem(CHECK, said)
    try:
        lies_in = s3.head_bucket(Bucket=str(name)).get("BucketRegion", place.region)
    except ParamValidationError:
        return problem(CHECK, f's3_bucket under {stage.table} is "{name}", and no bucket can be called so.')
    except ClientError as error:
        fault = Fault.of(error)
        if fault.code in ("404", "NoSuchBucket"):
            return problem(CHECK, f"{sentence(Fault('NoSuchBucket', ''), place)}.")
        return ok(CHECK, f"{name}, which may not be looked at")
    if lies_in != place.region:  # CloudFormation would not read from there
        return problem(CHECK, f"{sentence(Fault('BucketRegionError', ''), place)}.")
    return ok(CHECK, str(name))
