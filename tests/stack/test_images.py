"""What the Dockerfiles demand, read as tables: nothing here builds them, there is no engine where the tests run."""

import re
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
import yaml

from tests.stack.files import ROOT, SERVICES, STACK

DOCKERFILES = [ROOT / "Dockerfile", STACK / "litellm" / "Dockerfile"]


def instructions(path: Path, name: str, *, last_stage: bool = False) -> list[str]:
    text = re.sub(r"\\\n", " ", path.read_text(encoding="utf-8"))
    stage = text[text.rindex("\nFROM") :] if last_stage else text
    return re.findall(rf"^{name} (.+)$", stage, re.MULTILINE)


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.parent.name)
class TestEachImage:
    def test_it_runs_as_a_user_that_the_compose_file_names(self, path):
        [user] = instructions(path, "USER", last_stage=True)
        created = [
            text for text in instructions(path, "RUN", last_stage=True) if "useradd --system --uid 10001 " in text
        ]
        assert created
        assert user in created[0]
        built = [service for service in SERVICES.values() if "build" in service]
        assert {service["user"] for service in built} == {"10001"}

    def test_it_is_based_on_a_pinned_python(self, path):
        bases = {text.split()[0] for text in instructions(path, "FROM")}
        assert bases == {"python:3.13-slim"}

    def test_its_last_stage_builds_nothing(self, path):
        assert not [text for text in instructions(path, "RUN", last_stage=True) if re.search(r"\b(pip|uv|apt)", text)]

    def test_what_is_installed_is_pinned_to_the_byte(self, path):
        installs = [text for text in instructions(path, "RUN") if re.search(r"\buv (sync|pip)", text)]
        assert installs
        assert all("--frozen" in text or "--require-hashes" in text for text in installs)

    def test_nothing_is_fetched_by_address(self, path):
        assert instructions(path, "ADD") == []
        assert not re.search(r"curl|wget|http", "\n".join(instructions(path, "RUN")))

    def test_everything_it_copies_is_in_the_tree(self, path):
        copies = [text.split() for text in instructions(path, "COPY") if not text.startswith("--from")]
        sources = [source for words in copies for source in words[:-1]]
        assert [source for source in sources if not (ROOT / source).exists()] == []


def test_the_image_has_a_health_check_of_its_own():
    [check] = instructions(ROOT / "Dockerfile", "HEALTHCHECK")
    assert "/healthz" in check


def test_the_two_health_checks_ask_the_same():
    asked = SERVICES["burnline"]["healthcheck"]["test"][-1]
    assert asked in instructions(ROOT / "Dockerfile", "HEALTHCHECK")[0]


def test_the_proxy_and_the_tests_have_the_same_litellm():
    pins = (STACK / "litellm" / "requirements.txt").read_text(encoding="utf-8")
    pinned = re.search(r"^litellm==(\S+)", pins, re.MULTILINE)[1]
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    assert pinned == next(package["version"] for package in lock["package"] if package["name"] == "litellm")


def test_the_configuration_of_the_proxy_names_what_is_there():
    configuration = yaml.safe_load((STACK / "litellm" / "config.yaml").read_text(encoding="utf-8"))
    ours, _ = configuration["litellm_settings"]["callbacks"]
    module, name = ours.split(".")
    callback = import_module(f"dashboards.stack.litellm.{module}")
    assert name == "burnline"
    assert not hasattr(callback, "another")
    assert f"dashboards/stack/litellm/{module}.py" in "\n".join(instructions(STACK / "litellm" / "Dockerfile", "COPY"))
    assert all(one["model_info"]["routing_tier"] for one in configuration["model_list"])
