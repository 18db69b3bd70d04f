"""The README is true: its commands run, on a server started by its own words, and print what it shows."""

import contextlib
import io
import json
import re
import shlex
import subprocess
import sys
import time

import pytest
from litellm import Router

import burnline
from dashboards.asking import DEFAULT_URL
from instrumentation import reader
from tests.house.conftest import Running
from tests.house.tree import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
STARTED_ELSEWHERE = (". .venv/bin/activate", "burnline serve")
OTLP_HTTP = "http://127.0.0.1:4318"
WITHIN_S = 10.0


def block(language: str, holding: str) -> str:
    return next(text for name, text in BLOCKS if name == language and holding in text)


def commands() -> list[str]:
    """Every command, in the order of the page; in a block with output they stand behind a dollar."""
    lines = [(name, line) for name, text in BLOCKS if name in {"sh", "console"} for line in text.splitlines()]
    return [line.removeprefix("$ ") for name, line in lines if name == "sh" or line.startswith("$ ")]


def said(server: Running, command: str) -> str:
    """Run one command of ``burnline`` as it stands, but on the ports of this server."""
    name, *words = shlex.split(command, comments=True)
    assert name == "burnline"
    if words[0] not in {"config", "prices"}:
        words += ["--url", server.api]
    out = io.StringIO()
    with contextlib.chdir(server.folder), contextlib.redirect_stdout(out):
        assert burnline.main(words) == 0
    return out.getvalue()


@pytest.fixture(scope="module")
def shop(server):
    """The folder after the page was followed up to ``python shop.py``; the id of the trace that made."""
    (server.folder / "shop.py").write_text(block("python", "shop"), encoding="utf-8")
    exports = re.findall(r"^export (\w+)=(.*)$", block("sh", "export "), re.MULTILINE)
    told = {name: value.replace(OTLP_HTTP, server.otlp_http) for name, value in exports}
    python = [sys.executable, "shop.py"]
    subprocess.run(python, cwd=server.folder, env=server.environment | told, check=True, timeout=60)  # noqa: S603 - the README's own
    until = time.monotonic() + WITHIN_S
    while not (rows := json.loads(said(server, "burnline requests --json"))["requests"]):
        assert time.monotonic() < until, "the example's request does not show up"
    return rows[0]["trace_id"]


@pytest.mark.parametrize("command", [c for c in commands() if c.startswith("burnline ") and c not in STARTED_ELSEWHERE])
def test_a_command_of_the_readme_answers(command, server, shop):
    assert said(server, command.replace("TRACE_ID", shop)).strip()


def test_the_output_shown_is_the_output(server, shop):
    shown = block("console", "$ python shop.py").removeprefix("$ python shop.py\n$ ")
    command, _, expected = shown.partition("\n")
    printed = said(server, command)
    assert [line.rstrip() for line in printed.splitlines()] == expected.splitlines()
    assert shop in said(server, f"burnline trace {shop}")


@pytest.mark.usefixtures("shop")
def test_one_request_is_counted_once(server):
    [row] = json.loads(said(server, "burnline latency --by route --json"))["rows"]
    assert (row["route"], row["count"]) == ("answer", 1)


def test_every_make_command_is_a_target():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"\bmake (\w+)`", README)) | {c.split()[1] for c in commands() if c.startswith("make ")}
    assert named >= {"demo", "test"}
    assert [name for name in named if not re.search(rf"^{name}:", makefile, re.MULTILINE)] == []


def test_every_other_command_is_one_a_test_runs():
    known = ("burnline ", "make ", "export ", "cp burnline.example.yaml burnline.yaml", "python shop.py")
    assert [c for c in commands() if not c.startswith(known) and c not in STARTED_ELSEWHERE] == []


def test_the_router_snippet_runs_and_obeys(server):
    assert DEFAULT_URL in block("python", "obey")
    parameters = {"model": "openai/small", "api_key": "none", "mock_response": "Tomorrow."}
    deployments = [{"model_name": "answer", "litellm_params": parameters, "model_info": {"routing_tier": "economy"}}]
    names: dict[str, object] = {"deployments": deployments}
    exec(block("python", "obey").replace(DEFAULT_URL, server.api), names)  # noqa: S102 - the README's own code
    router, signal = names["router"], names["reader"]
    assert isinstance(router, Router)
    assert isinstance(signal, reader.DowngradeReader)
    try:
        assert signal.answered(WITHIN_S)
        answer = router.completion(model="answer", messages=[{"role": "user", "content": "When?"}])
        assert answer.choices[0].message.content == "Tomorrow."
    finally:
        signal.stop()


def test_the_guard_snippet_runs_and_is_answered(server):
    names: dict[str, object] = {}
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        snippet = block("python", "SpendGuard").replace(DEFAULT_URL, server.api)
        exec(snippet.replace("guard = SpendGuard(", "guard = SpendGuard(timeout_s=10, url="), names)  # noqa: S102 - the README's own code
    assert out.getvalue() == "call the model\n"
    assert names["guard"].status().answers == {"granted": 1}
