"""The add-on in a baked service, for the tests of its package; kept from run to run, as the service is."""

from functools import cache

from sparely_sagemaker.add_on import AddOn
from sparely_sagemaker.build import ensure_built
from sparely_toolkit.package import sam_build

from .services import alone, baked

NAME = "sagemaker"


@cache
def added() -> AddOn:
    """The add-on in the default service, both as their templates stand."""
    return AddOn.of(baked(add_on=NAME))


@cache
def built() -> AddOn:
    """The same with archives, image, thin function and the service's own package built, if anything has changed."""
    add_on = added()
    with alone(f"{NAME}-build"):
        sam_build.ensure_built(add_on.project)
        ensure_built(add_on)
    return add_on
