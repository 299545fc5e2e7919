"""
`python tools/contract.py`: what the template's service has been written by `sparely contract`, anew from the samples.

A service is baked from these files, so where an answer lands in them they have Jinja: the service's name and sentence
in openapi.yaml, and each payload format in each file of events/.
"""

import dataclasses
from pathlib import Path

from sparely.bundle import read_bundles
from sparely_toolkit.contract.description import ServiceDescription
from sparely_toolkit.contract.document import document
from sparely_toolkit.contract.gateway import http_body, rest_body
from sparely_toolkit.contract.readme import renewed
from sparely_toolkit.contract.sample_events import event_files
from sparely_toolkit.contract.writing import END, to_yaml, with_block
from sparely_toolkit.models.calling import options

TEMPLATE = Path(__file__).resolve().parents[1] / "{{cookiecutter.project_slug}}"
TITLE, SUMMARY = "{{ cookiecutter.project_name | tojson }}", "{{ cookiecutter.description | tojson }}"

HEADER = (
    f"""{{%- if cookiecutter.api == "rest-key" %}} {options("key")}"""
    f"""{{%- elif cookiecutter.api == "http-jwt" %}} {options("jwt")}{{%- endif %}}"""
)


def files() -> dict[Path, str]:
    """The template's files as they should be."""
    service = ServiceDescription(read_bundles(TEMPLATE / "src" / "models"), title="TITLE", summary="SUMMARY")
    contract = to_yaml(document(service)).replace('"TITLE"', TITLE, 1).replace('"SUMMARY"', SUMMARY, 1)
    http, rest, url = (event_files(dataclasses.replace(service, payload=payload)) for payload in ("2.0", "1.0", "url"))
    template, readme = TEMPLATE / "template.yaml", TEMPLATE / "README.md"
    return {
        TEMPLATE / "openapi.yaml": contract,
        template: _gateways(template.read_text("utf-8"), service),
        readme: renewed(readme.read_text("utf-8"), service, "HEADER").replace(" HEADER", HEADER, 1),
        **{TEMPLATE / "events" / name: _for_each(rest[name], url[name], http[name]) for name in http},
    }


def _gateways(text: str, service: ServiceDescription) -> str:
    """Both APIs' bodies between their marks; the REST API's comes first."""
    rest, end, http = text.partition(f"{END}\n")
    return with_block(rest + end, rest_body(service)) + with_block(http, http_body(service))


def _for_each(rest: str, url: str, http: str) -> str:
    if rest == http:  # no gateway's
        return http
    of_url = f'{{%- elif cookiecutter.api == "function-url" -%}}\n{url}'
    return f'{{% if cookiecutter.api == "rest-key" -%}}\n{rest}{of_url}{{%- else -%}}\n{http}{{%- endif %}}\n'


def main() -> None:
    made = files()
    for file, text in made.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    for file in (TEMPLATE / "events").rglob("*.json"):
        if file not in made:
            file.unlink()


if __name__ == "__main__":
    main()
