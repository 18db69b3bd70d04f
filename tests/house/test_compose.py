"""The container is what the compose file and the Dockerfile say, as far as that shows without an engine."""

import re
import subprocess
import sys
import urllib.request
from pathlib import PurePosixPath

import yaml

from dashboards.process import _DRAIN_S, _GRACE_S, Addresses
from tests.house.tree import PACKAGES, ROOT

COMPOSE = ROOT / "docker-compose.yml"
SERVICE = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]["burnline"]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_the_compose_file_follows_the_compose_schema():
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    assert ran.returncode == 0, ran.stdout


def test_every_port_of_the_server_is_published_on_this_machine_only():
    serve = Addresses()
    ports = (serve.port, serve.otlp_grpc_port, serve.otlp_http_port)
    assert sorted(SERVICE["ports"]) == sorted(f"127.0.0.1:{port}:{port}" for port in ports)
    assert all(str(port) in re.findall(r"\d+", DOCKERFILE.partition("EXPOSE")[2].splitlines()[0]) for port in ports)


def test_only_the_data_can_be_written_and_nobody_is_root():
    assert SERVICE["read_only"] is True
    assert SERVICE["user"] in DOCKERFILE
    assert int(SERVICE["user"]) > 0
    writable = [volume for volume in SERVICE["volumes"] if not (isinstance(volume, dict) and volume["read_only"])]
    assert writable == ["data:/data"]


def test_the_configuration_that_is_mounted_when_none_is_named_exists():
    source = next(volume["source"] for volume in SERVICE["volumes"] if isinstance(volume, dict))
    assert (ROOT / re.fullmatch(r"\$\{BURNLINE_CONFIG:-(.+)\}", source)[1]).is_file()


def test_the_server_has_time_to_finish_what_it_received():
    assert int(SERVICE["stop_grace_period"].removesuffix("s")) > _GRACE_S + 2 * _DRAIN_S


def test_the_health_check_asks_the_server(server, monkeypatch):
    asked = []
    monkeypatch.setattr(urllib.request, "urlopen", lambda url, **options: asked.append((url, options)))
    executable, flag, code = SERVICE["healthcheck"]["test"][1:]
    exec(code, {})  # noqa: S102 - the health check itself
    assert (executable, flag) == ("python", "-c")
    [(url, options)] = asked
    monkeypatch.undo()
    with urllib.request.urlopen(url.replace("http://127.0.0.1:8320", server.api), **options) as answer:  # noqa: S310 - 127.0.0.1
        assert answer.status == 200


def test_everything_the_image_copies_exists_and_reaches_the_builder():
    lines = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    copied = {name for line in lines for name in line.split()}
    let_through = {line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").split() if line[0] == "!"}
    assert {*PACKAGES, "burnline.py", "pyproject.toml", "uv.lock"} <= copied == let_through
    assert [name for name in copied if not (ROOT / PurePosixPath(name)).exists()] == []
