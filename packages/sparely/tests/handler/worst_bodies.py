"""
Sends bodies of 6 MB that are as bad as can be through the handler, each in a process of its own.

Run as a program: prints by name the status, the CPU time in s and how far memory grew in MiB. The event is made
first, since the gateway's own copy of the body is not the handler's cost.
"""

import base64
import contextlib
import io
import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from typing import Any

from sparely.check.events import event as check_event
from sparely.handler import routes
from support.sample_service import SERVICE

SIZE = 6_000_000
MODEL = {"area": "clinic", "model": "high-risk"}
PREDICT = "POST /predict/{area}/{model}"
INFER = "POST /v2/models/{model}/infer"


class Context:
    """What the handler reads of Lambda's context."""

    aws_request_id = "8f7c1a52-0000-4000-8000-000000000000"


def repeated(start: str, part: str, end: str) -> str:
    """`part` as often as it fits between start and end."""
    return start + part * ((SIZE - len(start) - len(end)) // len(part.encode())) + end


def sparse(part: str) -> str:
    """As many values as are let through, and text for the rest."""
    most = routes.most_parts(len(SERVICE.registry.models["clinic"]["high-risk"].schema.names))
    parts = part * ((most - 10) // sum(part.count(each) for each in ",:[{"))
    return f'{{"instances": [{parts}"{"x" * (SIZE - len(parts) - 30)}"]}}'


def members(count: int) -> str:
    """One instance of many strange members."""
    return '{"instances": [{' + ",".join(f'"{place}":1' for place in range(count)) + "}]}"


def bodies() -> Iterator[tuple[str, str, str]]:
    """Name, route and body."""
    yield "empty objects", PREDICT, repeated('{"instances":[', "{},", "{}]}")
    yield "empty lists", PREDICT, repeated('{"instances":[', "[],", "[]]}")
    yield "small objects", PREDICT, repeated('{"instances":[', '{"":1},', "{}]}")
    yield "numbers", PREDICT, repeated('{"instances":[', "0.1,", "1]}")
    yield "strings", PREDICT, repeated('{"instances":[', '"aé",', '""]}')
    yield "let through: objects", PREDICT, sparse('{"":1},')
    yield "let through: lists", PREDICT, sparse("[0],")
    yield "let through: strings", PREDICT, sparse('"aé",')
    yield "one long string", PREDICT, repeated('{"instances":[{"sex":"', "é", '"}]}')
    yield "one wide string", PREDICT, repeated('{"instances":[{"sex":"', "\U0001f600", '"}]}')
    yield "escapes", PREDICT, repeated('{"instances":[{"sex":"', "\\u0100", '"}]}')
    yield "halves of characters", PREDICT, repeated('{"instances":[{"sex":"', "\\ud800", '"}]}')
    yield "one long name", PREDICT, repeated('{"instances":[{"', "n", '":1}]}')
    yield "strange members", PREDICT, members(120_000)
    yield "strange members of the body", PREDICT, members(120_000)[15:-2]
    yield "deep lists", PREDICT, "[" * 200_000 + "]" * 200_000
    yield "deep objects", PREDICT, '{"a":' * 100_000 + "1" + "}" * 100_000
    yield "one long integer", PREDICT, repeated('{"instances":[', "1", "]}")
    yield "long integers", PREDICT, repeated('{"instances":[', "1" * 4300 + ",", "1]}")
    yield "one long fraction", PREDICT, repeated('{"instances":[0.', "1", "]}")
    yield "long fractions", PREDICT, repeated('{"instances":[', "0." + "1" * 800 + ",", "1]}")
    yield "one long exponent", PREDICT, repeated('{"instances":[1e', "9", "]}")
    yield "spaces", PREDICT, repeated('{"instances":[', " ", "]}")
    yield "a thousand rows of text", PREDICT, json.dumps({"instances": [row("x" * 999)] * 1000})
    yield "a thousand rows of long text", PREDICT, json.dumps({"instances": [row("x" * 5000)] * 1000})
    yield "tensor of values", INFER, infer(repeated("[", "0.1,", "1]"))
    yield "tensor of lists", INFER, infer("[" + "[1]," * 120_000 + "[1]]")
    yield "tensor of wrong values", INFER, infer("[" + '"x",' * 250_000 + "1]", size=250_001)
    yield "many inputs", INFER, '{"inputs":[' + "{}," * 120_000 + "{}]}"


def row(text: str) -> dict[str, Any]:
    """An instance with a text."""
    return {"sex": text, "bmi": 32.1, "bp": 101.0, "hdl": 38.0, "tch": 4.0, "ltg": 4.8598, "glu": 87.0}


def infer(data: str, size: int = 1) -> str:
    """A request of one input with these data."""
    return f'{{"inputs":[{{"name":"bmi","datatype":"FP32","shape":[{size},1],"data":{data}}}]}}'


def event(route: str, body: str, *, encoded: bool) -> dict[str, Any]:
    """The event of a POST with this body."""
    text = base64.b64encode(body.encode()).decode() if encoded else body
    made = check_event(route.partition(" ")[2], MODEL, None, payload="2.0")
    return {**made, "isBase64Encoded": encoded, "body": text}


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "linux" else 2**20)


def measure(asked: dict[str, Any]) -> tuple[int, float, float]:
    """Status, CPU time in s and growth in MiB of one request in a process of its own."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        before, started = peak_mib(), time.process_time()
        with contextlib.redirect_stdout(io.StringIO()):
            answer = SERVICE(asked, Context())
        found = (answer["statusCode"], time.process_time() - started, peak_mib() - before)
        os.write(writing, json.dumps(found).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as result:
        content = result.read()
    os.waitpid(child, 0)
    status, cpu_s, grown_mib = json.loads(content)
    return status, cpu_s, grown_mib


def main() -> None:
    found = {}
    for name, route, body in bodies():
        for encoded in (False, True):
            found[f"{name}, in base64" if encoded else name] = measure(event(route, body, encoded=encoded))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
