"""What can be wrong between attribution rules: names used twice, and words a rule can never set.

A rule is held to be dead only where that is certain; a rule that two others cover together is not found.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from analytics.allocation.patterns import all_within, fits
from analytics.allocation.rules import AttributionRule
from analytics.allocation.templates import sources
from collector.configuration import Finding

SECTION = "attribution_rules"


def sound_rules(values: Mapping[str, object]) -> Iterator[Finding]:
    """The rule over the section ``attribution_rules``, for the configuration loader."""
    rules = cast("Sequence[AttributionRule]", values.get(SECTION, ()))
    names = [rule.name for rule in rules]
    for index, rule in enumerate(rules):
        if rule.name in names[:index]:
            yield Finding((SECTION, index, "name"), f"{rule.name!r} again", "each one once")
        yield from _dead_words(index, rules)


def _dead_words(index: int, rules: Sequence[AttributionRule]) -> Iterator[Finding]:
    rule = rules[index]
    for word, _ in rule.set.given():
        path = (SECTION, index, "set", word)
        if rule.only_missing and any(name == word and not fits(asked, None) for name, asked in rule.when.asked):
            yield Finding(
                path,
                f"rule {rule.name!r} can never set {word}: it asks for spans that have one, "
                "and only fills what is missing",
                f"a rule that overrides, or no condition on {word}",
                "write only_missing: false",
            )
            continue
        winner = next((earlier for earlier in range(index) if _settles(rules, earlier, index, word)), None)
        if winner is not None:
            yield Finding(
                path,
                f"rule {rule.name!r} can never set {word}: rule {rules[winner].name!r} (number {winner + 1}) "
                "always sets it first",
                "the narrower rule above the wider one",
                f"move rule {rule.name!r} above rule {rules[winner].name!r}, or take {word} out of it",
            )


def _settles(rules: Sequence[AttributionRule], earlier: int, later: int, word: str) -> bool:
    """Whether the earlier rule surely sets the word wherever the later one would."""
    first, second = rules[earlier], rules[later]
    template = dict(first.set.given()).get(word)
    if template is None or sources(template) or (first.only_missing and not second.only_missing):
        return False
    return _covers_time(first, second) and _covers_conditions(rules, earlier, later, word)


def _covers_time(first: AttributionRule, second: AttributionRule) -> bool:
    starts = first.from_at is None or (second.from_at is not None and first.from_at <= second.from_at)
    return starts and (first.until_at is None or (second.until_at is not None and second.until_at <= first.until_at))


def _covers_conditions(rules: Sequence[AttributionRule], earlier: int, later: int, word: str) -> bool:
    """Whether the later rule's conditions hold only where the earlier one's held.

    A word that a rule between them may have set can fit the one and not have fitted the other. Two rules that only
    fill ``word`` look at spans without it, so that the earlier one may ask for its absence.
    """
    first = rules[earlier]
    changed = {word for rule in rules[earlier:later] for word, _ in rule.set.given()}
    narrow = dict(rules[later].when.asked)
    return all(
        (name == word and first.only_missing and fits(wide, None))
        or (name not in changed and name in narrow and all_within(narrow[name], wide))
        for name, wide in first.when.asked
    )
