"""What an evaluation file says (`eval.yaml`): what is asked, what is scored, and when a change is refused.

    run:                                  metrics:                            gate:
      golden: golden.jsonl                  - metric: recall                    tolerated: 0
      system: http://127.0.0.1:8000/ask       at: 5                             noticed: 0.1
      at_once: 4                            - {metric: language, language: de}  level: 0.05

Without `metrics` everything is scored that the golden set and the answers have something for.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from analytics.evaluation.inputs import WrongInput
from analytics.evaluation.lexicon import lexicon
from analytics.evaluation.metrics import METRICS, About, MetricKind
from collector.configuration import load

_PARAMETERS = ("at", "within_s", "language", "words", "pattern", "at_least", "at_most", "schema", "rubric")
_DEFAULT_AT: Mapping[MetricKind, int] = {
    MetricKind.RECALL: 5,
    MetricKind.HIT: 5,
    MetricKind.PRECISION: 5,
    MetricKind.NDCG: 10,
}
_ASKED_FOR = {MetricKind.JSON, MetricKind.LENGTH, MetricKind.HIT, MetricKind.PRECISION, MetricKind.USUAL}
"""Scored only where a file asks for them."""
_FEWEST_ROUNDS, _MOST_ROUNDS = 199, 1_000_000
_MOST_AT_ONCE, _MOST_REPEATS = 64, 20


@dataclass(frozen=True, slots=True)
class RunSettings:
    """What is asked."""

    golden: Path | None = None
    """Golden set; a relative path is from the folder of this file, as that of a schema and of a file of answers."""
    system: str | None = None
    """File of answers, module:function, or http(s) address."""
    at_once: int = 4
    """Questions that wait for an answer at the same time."""
    timeout_s: float = 60.0
    """How long one answer may take over HTTP."""
    repeats: int = 1
    """How often each question is asked; an item's score is the mean."""

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if not 1 <= self.at_once <= _MOST_AT_ONCE:
            raise ValueError(f"at_once {self.at_once}: expected 1 to {_MOST_AT_ONCE}")
        if not 1 <= self.repeats <= _MOST_REPEATS:
            raise ValueError(f"repeats {self.repeats}: expected 1 to {_MOST_REPEATS}")
        if self.timeout_s <= 0:
            raise ValueError(f"timeout_s {self.timeout_s}: expected more than 0")


@dataclass(frozen=True, slots=True)
class MetricSettings:
    """One metric; which keys it needs and listens to is in `METRICS`."""

    metric: MetricKind
    """What is scored."""
    name: str | None = None
    """What it is called; default: the metric, with `@at` where it has one."""
    at: int | None = None
    """How many documents count: 5, for ndcg 10."""
    within_s: float | None = None
    """How old a fresh document may be."""
    language: str | None = None
    """ISO 639-1 code, where an item says none."""
    words: tuple[str, ...] = ()
    """Phrases, besides those of the item."""
    pattern: str | None = None
    """Regular expression of Python, sought anywhere in the answer."""
    at_least: int | None = None
    """Words; of usual, characters."""
    at_most: int | None = None
    """Words; of usual, characters."""
    schema: Path | None = None
    """File with a JSON schema."""
    rubric: str | None = None
    """What the judge is to look at, and what each grade means."""
    gates: bool = True
    """Whether the gate may refuse because of it."""
    tolerated: float | None = None
    """Loss that is no reason to refuse; default: the gate's."""
    noticed: float | None = None
    """Loss that a pass rules out; default: the gate's."""

    def __post_init__(self) -> None:
        """Refuse keys that would silently not count."""
        about = METRICS[self.metric]
        _check_keys(self, about)
        if self.at is not None and self.at < 1:
            raise ValueError(f"at {self.at}: expected 1 or more")
        if self.language is not None and self.language not in lexicon().languages:
            raise ValueError(f"language {self.language}: expected one of {', '.join(sorted(lexicon().languages))}")
        if self.pattern is not None:
            _check_pattern(self.pattern)

    @property
    def about(self) -> About:
        """What the metric is."""
        return METRICS[self.metric]

    @property
    def first(self) -> int:
        """How many documents count."""
        return self.at or _DEFAULT_AT.get(self.metric, 1)

    @property
    def label(self) -> str:
        """Its name in every table."""
        if self.name is not None:
            return self.name
        return f"{self.metric}@{self.first}" if self.metric in _DEFAULT_AT else str(self.metric)


@dataclass(frozen=True, slots=True)
class JudgeSettings:
    """Who judges, and for how much."""

    model: str | None = None
    """As LiteLLM names it: `openai/gpt-4o-mini`."""
    budget_usd: Decimal = Decimal(1)
    """What judging one run may cost by the price book; then it stops, and says so."""
    api_base: str | None = None
    """Another address than the provider's: a LiteLLM proxy, a server of one's own."""
    max_tokens: int = 300
    """Longest verdict."""
    timeout_s: float = 60.0
    """How long one verdict may take."""
    at_once: int = 4
    """Answers that are judged at the same time; with 1 a budget always stops at the same one."""

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if not 1 <= self.at_once <= _MOST_AT_ONCE:
            raise ValueError(f"at_once {self.at_once}: expected 1 to {_MOST_AT_ONCE}")
        if self.budget_usd < 0:
            raise ValueError(f"budget_usd {self.budget_usd}: expected 0 or more")
        if self.max_tokens < 1:
            raise ValueError(f"max_tokens {self.max_tokens}: expected 1 or more")


@dataclass(frozen=True, slots=True)
class GateSettings:
    """When a change is refused."""

    level: float = 0.05
    """Chance of refusing a change that made nothing worse, over all metrics together."""
    tolerated: float = 0.0
    """Loss of the mean score that is no reason to refuse."""
    noticed: float = 0.1
    """Loss that a pass rules out, with 1 - level."""
    seed: int = 1
    """Of the coins of the tests."""
    rounds: int = 9_999
    """Flips of coins and draws of shares; more are finer and take longer."""
    unscored: float = 0.1
    """Share of items without a score on either side up to which a metric may pass."""

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if not 0 < self.level <= 0.5:  # noqa: PLR2004 - a half
            raise ValueError(f"level {self.level}: expected more than 0 and at most 0.5")
        if not 0 <= self.tolerated < self.noticed <= 1:
            raise ValueError(f"tolerated {self.tolerated}: expected 0 or more, and less than noticed {self.noticed}")
        if not 0 <= self.unscored < 1:
            raise ValueError(f"unscored {self.unscored}: expected 0 or more, and less than 1")
        if not _FEWEST_ROUNDS <= self.rounds <= _MOST_ROUNDS:
            raise ValueError(f"rounds {self.rounds}: expected {_FEWEST_ROUNDS} to {_MOST_ROUNDS}")
        if self.seed < 0:
            raise ValueError(f"seed {self.seed}: expected 0 or more")

    def of(self, metric: MetricSettings) -> tuple[float, float]:
        """What is tolerated, and what is noticed, of a metric."""
        return (
            self.tolerated if metric.tolerated is None else metric.tolerated,
            self.noticed if metric.noticed is None else metric.noticed,
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole file."""

    run: RunSettings = field(default_factory=RunSettings)
    metrics: tuple[MetricSettings, ...] = ()
    judge: JudgeSettings = field(default_factory=JudgeSettings)
    gate: GateSettings = field(default_factory=GateSettings)


SECTIONS: Mapping[str, object] = {
    "run": RunSettings,
    "metrics": tuple[MetricSettings, ...],
    "judge": JudgeSettings,
    "gate": GateSettings,
}


def read_plan(path: Path | None) -> Plan:
    """Read an evaluation file, or take the defaults; raises `ConfigurationError` with every mistake."""
    if path is not None and not path.is_file():
        raise WrongInput(f"{path}: no such file; expected an evaluation file, as in analytics/evaluation/README.md")
    found = load(path, SECTIONS)
    plan = Plan(**found)  # type: ignore[arg-type]  # the loader built them as the sections say
    if path is not None:
        plan = _placed(plan, path.parent)
    return Plan(plan.run, _with_sense(plan.metrics or everything(), plan.gate), plan.judge, plan.gate)


def _placed(plan: Plan, folder: Path) -> Plan:
    """Paths are from the folder of the file, wherever the command is run."""
    run, system = plan.run, plan.run.system
    if system is not None and (folder / system).is_file():
        system = str(folder / system)
    return replace(
        plan,
        run=replace(run, golden=None if run.golden is None else folder / run.golden, system=system),
        metrics=tuple(replace(one, schema=None if one.schema is None else folder / one.schema) for one in plan.metrics),
    )


def everything() -> tuple[MetricSettings, ...]:
    """What is scored without `metrics`: all that needs nothing said, and that no other one says as well."""
    return tuple(MetricSettings(kind) for kind, about in METRICS.items() if not about.needs and kind not in _ASKED_FOR)


def _with_sense(metrics: tuple[MetricSettings, ...], gate: GateSettings) -> tuple[MetricSettings, ...]:
    """Refuse two metrics of one name, and a pass that rules out less than is tolerated."""
    labels = [one.label for one in metrics]
    for label in labels:
        if labels.count(label) > 1:
            raise WrongInput(f"metrics: two are called {label}; give one of them a name of its own")
    for one in metrics:
        if gate.of(one)[0] >= gate.of(one)[1]:
            tolerated, noticed = gate.of(one)
            raise WrongInput(
                f"metrics: {one.label} tolerates {tolerated} and notices {noticed}; expected to notice more"
            )
    return metrics


def _check_keys(settings: MetricSettings, about: About) -> None:
    knows = {*about.needs, *about.may}
    for key in _PARAMETERS:
        said = getattr(settings, key) not in (None, ())
        if said and key not in knows:
            listens = ", ".join(sorted(map(_written, knows))) or "no key of its own"
            raise ValueError(f"{_written(key)}: {settings.metric} does not listen to it; it knows {listens}")
    for key in about.needs:
        if getattr(settings, key) is None:
            raise ValueError(f"metric {settings.metric}: expected {_written(key)} beside it")
    tolerated, noticed = settings.tolerated, settings.noticed
    if tolerated is not None and not 0 <= tolerated < 1:
        raise ValueError(f"tolerated {tolerated}: expected 0 or more, and less than 1")
    if noticed is not None and not 0 < noticed <= 1:
        raise ValueError(f"noticed {noticed}: expected more than 0, and at most 1")


def _written(key: str) -> str:
    """A field as its key in a file: a duration says its unit itself.

    >>> _written("within_s"), _written("at")
    ('within', 'at')
    """
    return key.removesuffix("_s")


def _check_pattern(pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"pattern {pattern!r}: {error}; expected a regular expression of Python") from error
