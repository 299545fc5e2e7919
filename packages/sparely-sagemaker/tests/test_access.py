"""What is said of who may call."""

from pathlib import Path

from sparely_sagemaker import access
from sparely_sagemaker.add_on import Architecture
from support.sagemaker import added

JWT = """
Resources:
  Api:
    Type: AWS::Serverless::HttpApi
    Properties:
      DefinitionBody:
        components:
          securitySchemes:
            token: {type: oauth2, x-amazon-apigateway-authorizer: {type: jwt}}
"""


def test_the_thin_functions_callers_sign() -> None:
    """Whatever the service's own ask for."""
    assert access.sentence(added().template(Architecture.MULTI_MODEL)) == (
        "Access: no caller is checked here; on AWS multi-model.yaml asks each for a SigV4 signature."
    )


def test_those_of_mapping_templates_sign_or_have_a_key() -> None:
    """By the parameter Authorization."""
    assert access.sentence(added().template(Architecture.DIRECT)) == (
        "Access: no caller is checked here; on AWS direct.yaml asks each for the header x-api-key or a SigV4 signature."
    )


def test_a_template_that_was_edited_is_read_as_it_is(tmp_path: Path) -> None:
    """An authorizer of the owner's own."""
    template = tmp_path / "multi-model.yaml"
    template.write_text(JWT, "utf-8")

    assert access.sentence(template).endswith("multi-model.yaml asks each for what its own authorizer wants.")
