"""May another prompt go into use? Each is asked a golden set, and the gate rules, as `burnline eval` does in CI."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
from rich.console import RenderableType

from analytics.evaluation.answers import Answer, Document
from analytics.evaluation.events import run_events
from analytics.evaluation.gate import Gate, Verdict, gated
from analytics.evaluation.gate_events import gate_request
from analytics.evaluation.golden import GoldenItem, GoldenSet
from analytics.evaluation.inputs import NotAnswered
from analytics.evaluation.metrics import MetricKind
from analytics.evaluation.run import Run
from analytics.evaluation.running import Asked, run_of_answers
from analytics.evaluation.sending import send, told
from analytics.evaluation.settings import GateSettings, MetricSettings
from analytics.evaluation.systems import asked
from dashboards.demo.prompts import IN_USE, PROPOSED, Prompt, context, uncited
from dashboards.demo.retrieval import Index, Passage
from dashboards.grid import grid

MODEL = "gpt-5.4-nano"
METRICS = (
    MetricSettings(MetricKind.RECALL),
    MetricSettings(MetricKind.MRR),
    MetricSettings(MetricKind.ANSWERED),
    MetricSettings(MetricKind.TOKEN_F1),
    MetricSettings(MetricKind.ROUGE_L),
)
_FRAMES = ("What is {}?", "What does {} mean?", "Please explain {}.")
_TOP_K, _AT_ONCE = 3, 8
_PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True)
class Prompted:
    """A system under test: the app's index, one of its prompts, and the provider."""

    name: str
    prompt: Prompt
    index: Index
    client: httpx.Client

    def answer(self, item: GoldenItem) -> Answer:
        """Answer one question; raises :class:`NotAnswered`."""
        found = [passage for passage, _ in self.index.best(item.question, _TOP_K)]
        messages = [
            {"role": "system", "content": context(self.prompt, found)},
            {"role": "user", "content": item.question},
        ]
        said = self.client.post("chat/completions", json={"model": MODEL, "messages": messages})
        if said.status_code != httpx.codes.OK:
            raise NotAnswered(f"HTTP {said.status_code}: {said.text}")
        answer = said.json()
        return Answer(
            item.item_id,
            uncited(answer["choices"][0]["message"]["content"]),
            documents=tuple(Document(passage.topic) for passage in found),
            provider="openai",
            model=answer["model"],
        )


def golden(found_in: Sequence[Passage]) -> GoldenSet:
    """Three questions about every topic; the first sentence of its passage answers them."""
    items = (
        GoldenItem(
            f"{passage.topic} {number}",
            frame.format(passage.topic),
            expected_documents=(passage.topic,),
            reference=passage.text.partition(". ")[0],
        )
        for passage in found_in
        for number, frame in enumerate(_FRAMES, 1)
    )
    return GoldenSet(tuple(items))


def trial(provider_url: str, otlp_url: str, found_in: Sequence[Passage]) -> list[Gate]:
    """Rule over each proposed prompt against the one in use; scores and verdicts are sent to the server."""
    questions = golden(found_in)
    with httpx.Client(base_url=provider_url, trust_env=False, timeout=_PATIENCE_S) as client:
        runs = {prompt: _run(prompt, questions, Index(found_in), client) for prompt in (IN_USE, *PROPOSED)}
    gates = [gated(runs[IN_USE], runs[prompt], METRICS, GateSettings()) for prompt in PROPOSED]
    with httpx.Client(trust_env=False, timeout=_PATIENCE_S) as client:
        for made in runs.values():
            told(run_events(made), otlp_url, client)
        for gate in gates:
            send(gate_request(gate), otlp_url, client)
    return gates


def _run(prompt: Prompt, questions: GoldenSet, index: Index, client: httpx.Client) -> Run:
    system = Prompted(f"prompt {prompt.version}", prompt, index, client)
    began_at = datetime.now(UTC)
    answers = asked(system, questions.items, at_once=_AT_ONCE, ticks=time.monotonic_ns)
    return run_of_answers(
        Asked(system.name, questions, answers, began_at, system.name), METRICS, priced=_unpriced, at_once=1
    )


def _unpriced(_: Answer, __: datetime) -> Decimal | None:
    """What a trial costs is not what it is about."""
    return None


def missing(gates: Sequence[Gate]) -> str | None:
    """Say where the gate did not rule as expected; None when it passed the equal prompt and refused the worse one."""
    expected = (Verdict.PASS, Verdict.REFUSE)
    for prompt, gate, verdict in zip(PROPOSED, gates, expected, strict=True):
        if gate.verdict is not verdict:
            return f"the gate says {gate.verdict} to prompt {prompt.version} ({prompt.said}); expected {verdict}"
    return None


def trial_table(gates: Sequence[Gate]) -> RenderableType:
    """One line a prompt: the verdict, and the metric that decided it."""
    deciding = [_deciding(gate) for gate in gates]
    return grid(
        ("another prompt", [f"{prompt.version}: {prompt.said}" for prompt in PROPOSED]),
        ("gate", [str(gate.verdict) for gate in gates]),
        ("answers changed", [f"{gate.comparison.changed_answers} of {gate.comparison.items}" for gate in gates]),
        ("because", [f"{one['metric']}: {one['why']}" for one in deciding]),
        numbers=("answers changed",),
    )


def _deciding(gate: Gate) -> Mapping[str, Any]:
    """The ruling that stands for all: one that refuses, else the one that rules out least."""
    same = [one for one in gate.rulings if one.verdict is gate.verdict]
    worst = max(same, key=lambda one: (one.metric.loss_at_most or 0.0, one.metric.name))
    return {"metric": worst.metric.name, "why": worst.why}
