"""Which distributions are compared."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that requests differ in: a figure, or a word."""

    name: str
    unit: str
    title: str
    """As people read it."""
    numeric: bool = True
    by_factor: bool = True
    """Whether differences of the figure are measured as factors: twice as long is one step, however long."""
    mix: bool = False
    """Whether it is who or what is served, and not how: a shift of the mix is routing, and no change of an answer."""


_ALL = (
    Measure("input_tokens", "tokens", "length of a question"),
    Measure("output_tokens", "tokens", "length of an answer"),
    Measure("duration_ms", "ms", "latency"),
    Measure("cost_usd", "USD", "cost"),
    Measure("ended_as", "", "how requests end", numeric=False),
    Measure("finish_reason", "", "how answers end", numeric=False),
    Measure("label", "", "verdicts", numeric=False),
    Measure("guardrail", "", "verdicts of guardrails", numeric=False),
    Measure("model_version", "", "who answers", numeric=False),
    Measure("system_fingerprint", "", "what answers", numeric=False),
    Measure("embedding", "", "what it is about", numeric=False),
    Measure("model", "", "mix of models", numeric=False, mix=True),
    Measure("tier", "", "mix of tiers", numeric=False, mix=True),
    Measure("tenant", "", "mix of tenants", numeric=False, mix=True),
)
MEASURES: Mapping[str, Measure] = {one.name: one for one in _ALL}
TOLD, LABEL = "told:", "label:"
"""Before the name of a figure, or of a label, that spans or evaluations tell: ``told:retrieval.score`` ..."""


def measure_of(name: str) -> Measure:
    """Find a measure, also of what is told.

    >>> measure_of("told:retrieval.score").title, measure_of("label:helpful").numeric
    ('retrieval.score', False)
    """
    if name.startswith(TOLD):
        return Measure(name, "", name.removeprefix(TOLD), by_factor=False)
    if name.startswith(LABEL):
        return Measure(name, "", f"verdicts of {name.removeprefix(LABEL)}", numeric=False)
    return MEASURES[name]
