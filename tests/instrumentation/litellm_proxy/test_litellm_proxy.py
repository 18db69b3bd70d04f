"""The real LiteLLM proxy in a process of its own, set up as the README says, asked by an unmodified OpenAI client."""

import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
import yaml

from instrumentation.downgrade import Scope, Tier
from tests.instrumentation.decisions import decision, eventually, fresh_board, publish, publishing
from tests.instrumentation.litellm_proxy.environment import ROOT, proxy_command

README = (ROOT / "instrumentation" / "README.md").read_text(encoding="utf-8")
CALLBACK = re.search(r"```python\n(# burnline_callback\.py\n.*?)```", README, re.DOTALL)[1]
CONFIGURATION = yaml.safe_load(re.search(r"```yaml\n(# config\.yaml.*?)```", README, re.DOTALL)[1])
DEPLOYMENTS = {  # group and rung: what it answers; besides those of the README
    ("fragile", "economy"): "litellm.InternalServerError",
    ("backup", "premium"): "premium",
}
KEY = "sk-of-a-test-0123456789abcdef"
START_S = 120.0  # it imports for 10 to 30 seconds


@pytest.fixture(scope="module")
def board():
    return fresh_board(lease_s=600)


@pytest.fixture(scope="module")
def proxy(board, tmp_path_factory) -> Iterator[str]:
    """The address of a proxy that follows the board."""
    with publishing(board) as signal, socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
        free.close()
        folder = tmp_path_factory.mktemp("proxy")
        log = folder / "proxy.log"
        (folder / "burnline_callback.py").write_text(CALLBACK.replace("http://127.0.0.1:8320", signal))
        (folder / "config.yaml").write_text(yaml.safe_dump(_configuration()))
        words = [str(proxy_command()), "--config", "config.yaml", "--host", "127.0.0.1", "--port", str(port)]
        told = {"LITELLM_MASTER_KEY": KEY, "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
        environment = os.environ | told | {"PYTHONPATH": str(ROOT), "LITELLM_TELEMETRY": "False"}
        with log.open("w") as out:
            process = subprocess.Popen(words, cwd=folder, env=environment, stdout=out, stderr=out)  # noqa: S603 - pinned
        try:
            _await(process, f"http://127.0.0.1:{port}", log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()
            process.wait()


@pytest.fixture
def ask(proxy):
    client = openai.OpenAI(base_url=f"{proxy}/v1", api_key=KEY, max_retries=0)

    def answer(model="answer", **options) -> str:
        messages = [{"role": "user", "content": "hello"}]
        return client.chat.completions.create(model=model, messages=messages, **options).choices[0].message.content

    yield answer
    client.close()


@pytest.fixture
def decided(board, ask):
    """Put decisions in force at the proxy, and take them back afterwards."""

    def put(*decisions, until):
        publish(board, *decisions)
        assert eventually(lambda: _said(ask) == until, within_s=10)

    yield put
    put(until="premium")


def test_without_a_decision_the_best_rung_answers(ask):
    assert ask() == "premium"


def test_a_decision_moves_an_unmodified_client(ask, decided):
    decided(decision(Tier.ECONOMY, Scope(model="answer")), until="economy")
    assert ask(stream=False, user="u-1") == "economy"
    assert ask(model="backup") == "premium"


def test_a_stream_obeys_too(proxy, decided):
    decided(decision(Tier.STANDARD), until="economy")
    with openai.OpenAI(base_url=f"{proxy}/v1", api_key=KEY) as client:
        chunks = client.chat.completions.create(
            model="answer", messages=[{"role": "user", "content": "hello"}], stream=True
        )
        assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "economy"


def test_a_share_keeps_each_user_on_one_side(board, ask, decided):
    users = [f"u-{n}" for n in range(12)]
    publish(board, decision(Tier.ECONOMY, share=0.5))
    assert eventually(lambda: len({ask(user=user) for user in users}) > 1, within_s=10)
    served = {user: ask(user=user) for user in users}
    assert {user: ask(user=user) for user in users} == served
    decided(until="premium")


def test_an_error_fallback_does_not_undo_the_downgrade(ask, decided):
    assert ask(model="fragile") == "premium"
    decided(decision(Tier.ECONOMY), until="economy")
    with pytest.raises(openai.InternalServerError):
        ask(model="fragile")


def test_a_rung_without_a_deployment_is_a_typed_error_that_is_not_repeated(ask, decided):
    decided(
        decision(Tier.SOURCES_ONLY, Scope(model="answer"), user_notice="Showing sources only."),
        until="Showing sources only.",
    )
    with pytest.raises(openai.UnprocessableEntityError) as caught:
        ask()
    assert (caught.value.type, caught.value.param) == ("tier_unavailable", "sources_only")


def test_a_deployment_with_a_fixed_answer_serves_such_a_rung(decided):
    decided(decision(Tier.HUMAN_HANDOFF), until="A colleague will answer you.")


def test_the_tenant_in_a_body_does_not_exempt_it(ask, decided):
    exempt = decision(Tier.PREMIUM, Scope(tenant="acme"))
    decided(decision(Tier.ECONOMY), exempt, until="economy")
    assert ask(extra_body={"metadata": {"tenant": "acme"}}) == "economy"


def _said(ask) -> str:
    """An answer, or what its error says."""
    try:
        return ask()
    except openai.UnprocessableEntityError as error:
        return str(error.body["message"])


def _configuration() -> dict[str, Any]:
    """The README's, with an answer instead of a provider for each deployment, and two groups more."""
    answers = {(d["model_name"], d["model_info"]["routing_tier"]): d for d in CONFIGURATION["model_list"]}
    for (_, rung), deployment in answers.items():
        deployment["litellm_params"].setdefault("mock_response", rung)
        deployment["litellm_params"]["api_key"] = "none"
    more = [
        {
            "model_name": group,
            "litellm_params": {"model": "openai/any", "api_key": "none", "mock_response": answer},
            "model_info": {"routing_tier": rung},
        }
        for (group, rung), answer in DEPLOYMENTS.items()
    ]
    return {
        **CONFIGURATION,
        "model_list": [*answers.values(), *more],
        "router_settings": {"fallbacks": [{"fragile": ["backup"]}], "num_retries": 0},
    }


def _await(process: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    deadline = time.monotonic() + START_S
    while True:
        assert process.poll() is None, f"the proxy ended with {process.returncode}:\n{log.read_text()}"
        assert time.monotonic() < deadline, f"not ready within {START_S} s:\n{log.read_text()}"
        try:
            if httpx.get(f"{url}/health/liveliness", timeout=1).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.1)
