"""SAM in a process of ours."""

import pytest
import yaml
from samcli.yamlhelper import yaml_dump, yaml_parse

from sparely_toolkit.deployment.sam_process import read_quickly
from support.services import baked

AWKWARD = """\
Fn: !If [A, !Sub "${B}-x", !Ref AWS::NoValue]
Get: !GetAtt Function.Arn
Listed: !Join ["", [!ImportValue a, !Base64 b]]
Date: 2012-10-17
Octal: 0123
Text: |
  a
   b
Anchor: &a {x: 1}
Again: *a
"""


def test_templates_are_read_as_sam_reads_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same values in the same order, short forms of functions and dates included."""
    texts = [baked().template.read_text("utf-8"), AWKWARD]
    slowly = [yaml_dump(yaml_parse(text)) for text in texts]

    monkeypatch.setattr(yaml, "SafeLoader", yaml.SafeLoader)  # so that it is put back
    read_quickly()

    assert [yaml_dump(yaml_parse(text)) for text in texts] == slowly
    assert "Fn::GetAtt" in slowly[1]
