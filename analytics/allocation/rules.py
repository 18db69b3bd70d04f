"""The section ``attribution_rules``: ordered rules that tell whom a span is for where its own words do not.

A rule applies when all its conditions hold and the span started in its window. Rules are asked in their order, once:

    first match per word wins     a word that one rule has set is settled for every rule after it
    only_missing                  a rule fills what is absent; with ``only_missing: false`` it also overrides
    later rules see earlier ones  what a rule set can be a condition, or a source, of the rules below it

Because every rule looks only upwards, rules cannot go round in circles. Within one rule all words are taken from
what stood there before it.

>>> rules = (
...     AttributionRule("acme", when=Conditions(tenant=("acme-*",)), set=Words(team="enterprise")),
...     AttributionRule("teams pay", when=Conditions(team=("?*",)), set=Words(cost_center="CC-{team}")),
... )
>>> allocate(rules, {"tenant": "acme-eu"}, SpanFacts(), at_ns=0)["cost_center"]
'CC-enterprise'
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields

from analytics.allocation.moments import Moment, moment
from analytics.allocation.patterns import ANYTHING, fits
from analytics.allocation.templates import TemplateError, filled, sources
from collector.dialects.fields import ATTRIBUTION_COLUMNS

ATTRIBUTION = tuple(column.name for column in ATTRIBUTION_COLUMNS)
"""The words a span can carry."""


@dataclass(frozen=True, slots=True)
class SpanFacts:
    """What a condition can ask beyond the attribution words; None where the span does not say."""

    service: str | None = None
    provider: str | None = None
    model: str | None = None
    kind: str | None = None
    user_id: str | None = None


FACTS = tuple(entry.name for entry in fields(SpanFacts))


@dataclass(frozen=True, slots=True)
class Conditions:
    """When a rule applies: all conditions hold; a condition holds when one of its patterns fits.

    ``acme-*`` begins so, ``?*`` is any word, ``""`` (or an empty list) is none; a key left out is not asked.
    """

    tenant: tuple[str, ...] = ANYTHING
    """For instance [acme-*, initech]; [""] asks for spans without a tenant."""
    team: tuple[str, ...] = ANYTHING
    """As for tenant."""
    feature: tuple[str, ...] = ANYTHING
    """As for tenant."""
    route: tuple[str, ...] = ANYTHING
    """As for tenant."""
    tier: tuple[str, ...] = ANYTHING
    """As for tenant."""
    environment: tuple[str, ...] = ANYTHING
    """As for tenant."""
    cost_center: tuple[str, ...] = ANYTHING
    """As for tenant."""
    project: tuple[str, ...] = ANYTHING
    """As for tenant."""
    service: tuple[str, ...] = ANYTHING
    """service.name of the span."""
    provider: tuple[str, ...] = ANYTHING
    """The provider of a call."""
    model: tuple[str, ...] = ANYTHING
    """The model of a call: the one that answered, else the one that was asked."""
    kind: tuple[str, ...] = ANYTHING
    """model, embedding, retriever, tool ..."""
    user_id: tuple[str, ...] = ANYTHING
    """As stored: a pseudonym where ids are redacted."""
    asked: tuple[tuple[str, tuple[str, ...]], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names = [entry.name for entry in fields(self) if entry.init]
        for name in names:
            patterns = getattr(self, name) or ("",)
            object.__setattr__(self, name, tuple(dict.fromkeys(patterns)))
        narrowed = [(name, getattr(self, name)) for name in names if "*" not in getattr(self, name)]
        object.__setattr__(self, "asked", tuple(narrowed))


@dataclass(frozen=True, slots=True)
class Words:
    """What a rule sets: a text, or a text with ``{word}`` in it, taken from another word or fact of the span.

    Where a ``{word}`` is absent, the rule sets nothing and the next rule is asked.
    """

    tenant: str | None = None
    """For instance acme, or "{project}"."""
    team: str | None = None
    """As for tenant."""
    feature: str | None = None
    """For instance "{service}"."""
    route: str | None = None
    """As for tenant."""
    environment: str | None = None
    """As for tenant."""
    cost_center: str | None = None
    """For instance "CC-{team}"."""
    project: str | None = None
    """As for tenant."""

    def __post_init__(self) -> None:
        for word, template in self.given():
            _check_template(word, template)

    def given(self) -> Iterator[tuple[str, str]]:
        """Words with what they are set to, in the order of the dataclass."""
        for entry in fields(self):
            template: str | None = getattr(self, entry.name)
            if template is not None:
                yield entry.name, template


@dataclass(frozen=True, slots=True)
class AttributionRule:
    """One entry of the section ``attribution_rules``."""

    name: str
    """Unique name, shown wherever the rule explains a figure."""
    when: Conditions = field(default_factory=Conditions)
    """The conditions, all of which hold; none: every span."""
    set: Words = field(default_factory=Words)
    """The words it sets."""
    only_missing: bool = True
    """Whether it only fills words that are absent; false: it overrides what the span says."""
    effective_from: str | None = None
    """Spans that started from here on, as 2026-10-01 or 2026-10-01T09:00:00Z; nothing: always."""
    effective_until: str | None = None
    """Spans that started before; nothing: for ever."""
    from_at: Moment | None = field(init=False, repr=False, compare=False)
    until_at: Moment | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("name is empty; expected a name that is unique among the rules")
        if not any(True for _ in self.set.given()):
            raise ValueError("set is empty; expected at least one word to set, for instance {team: support}")
        for name, short in (("effective_from", "from_at"), ("effective_until", "until_at")):
            object.__setattr__(self, short, moment(name, getattr(self, name)))
        if self.from_at and self.until_at and self.from_at.ns >= self.until_at.ns:
            raise ValueError(f"effective_until is {self.until_at}; expected an instant after {self.from_at}")

    def effective(self, at_ns: int) -> bool:
        """Whether it holds for spans that started at this instant."""
        started = self.from_at is None or self.from_at.ns <= at_ns
        return started and (self.until_at is None or at_ns < self.until_at.ns)


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a rule made of a word."""

    value: str
    rule: str


def allocate(
    rules: Sequence[AttributionRule], words: Mapping[str, str | None], facts: SpanFacts, at_ns: int
) -> dict[str, str | None]:
    """All attribution words of a span that started at ``at_ns`` (unix nanoseconds), None where nothing says one."""
    settled = assignments(rules, words, facts, at_ns)
    return {name: settled[name].value if name in settled else words.get(name) or None for name in ATTRIBUTION}


def assignments(
    rules: Sequence[AttributionRule], words: Mapping[str, str | None], facts: SpanFacts, at_ns: int
) -> dict[str, Assignment]:
    """Only the words that rules set, with the name of the rule."""
    seen: dict[str, str | None] = {name: words.get(name) or None for name in ATTRIBUTION}
    seen |= {name: getattr(facts, name) for name in FACTS}
    settled: dict[str, Assignment] = {}
    for rule in rules:
        if rule.effective(at_ns) and all(fits(patterns, seen[name]) for name, patterns in rule.when.asked):
            fresh = {word: value for word, value in _offered(rule, seen) if word not in settled}
            settled |= {word: Assignment(value, rule.name) for word, value in fresh.items()}
            seen |= fresh
    return settled


def asks_for(rules: Iterable[AttributionRule]) -> frozenset[str]:
    """Names of the facts any rule looks at, so that combinations of the others need not be told apart.

    >>> sorted(asks_for([AttributionRule("a", Conditions(user_id=("u1",)), Words(feature="{service}"))]))
    ['service', 'user_id']
    """
    asked = {name for rule in rules for name, _ in rule.when.asked}
    taken = {name for rule in rules for _, template in rule.set.given() for name in sources(template)}
    return frozenset((asked | taken) - set(ATTRIBUTION))


def changes_at(rules: Iterable[AttributionRule]) -> tuple[int, ...]:
    """Instants (unix nanoseconds, ascending) at which another set of rules comes into force.

    Between two of them every instant gives the same answer, so one question per stretch is enough.
    """
    ends = (end for rule in rules for end in (rule.from_at, rule.until_at))
    return tuple(sorted({end.ns for end in ends if end is not None}))


def _offered(rule: AttributionRule, seen: Mapping[str, str | None]) -> Iterator[tuple[str, str]]:
    for word, template in rule.set.given():
        value = None if rule.only_missing and seen[word] else filled(template, seen)
        if value:
            yield word, value


_KNOWN = frozenset((*ATTRIBUTION, *FACTS))


def _check_template(word: str, template: str) -> None:
    if not template:
        raise ValueError(f"{word} is empty; expected a text; leave the key out to set nothing")
    try:
        unknown = sorted(set(sources(template)) - _KNOWN)
    except TemplateError as error:
        raise ValueError(f"{word} is {template!r}: {error}") from error
    if unknown:
        expected = ", ".join(sorted(_KNOWN))
        raise ValueError(
            f"{word} takes {{{unknown[0]}}}, which is no word or fact of a span; expected one of {expected}"
        )
    if template == f"{{{word}}}":
        raise ValueError(f"{word} is taken from itself; expected a text or another word")
