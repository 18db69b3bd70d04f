"""What an answer has to be, and must not be: yes or no, decided by rules alone."""

import json
import re
from functools import cache
from pathlib import Path

from analytics.evaluation.golden import GoldenItem
from analytics.evaluation.inputs import WrongInput, lines
from analytics.evaluation.json_schema import Schema, check_schema, fits
from analytics.evaluation.languages import is_in
from analytics.evaluation.lexicon import lexicon
from analytics.evaluation.settings import MetricSettings
from analytics.evaluation.text import contains, words


def in_language(text: str, item: GoldenItem, asked: MetricSettings) -> float | None:
    """Whether the text is in the language asked for; None where none is, or nobody can tell the text's."""
    wanted = item.language or asked.language
    if wanted is None:
        return None
    if wanted not in lexicon().languages:
        raise WrongInput(
            f"{item.item_id}: language {wanted!r}; expected one of {', '.join(sorted(lexicon().languages))}"
        )
    found = is_in(text, wanted)
    return None if found is None else float(found)


def has_required(text: str, item: GoldenItem, asked: MetricSettings) -> float | None:
    """Whether every required phrase is in it; None where none is required."""
    wanted = (*(item.required or ()), *asked.words)
    return float(all(contains(text, phrase) for phrase in wanted)) if wanted else None


def has_no_forbidden(text: str, item: GoldenItem, asked: MetricSettings) -> float | None:
    """Whether no forbidden phrase is in it; None where none is forbidden."""
    unwanted = (*(item.forbidden or ()), *asked.words)
    return float(not any(contains(text, phrase) for phrase in unwanted)) if unwanted else None


def matches(text: str, asked: MetricSettings) -> float:
    """Whether the pattern is in it."""
    return float(re.search(asked.pattern or "", text) is not None)


def has_length(text: str, asked: MetricSettings) -> float:
    """Whether its number of words is within the bounds."""
    count = len(words(text))
    return float((asked.at_least or 0) <= count and (asked.at_most is None or count <= asked.at_most))


def is_json(text: str, asked: MetricSettings) -> float:
    """Whether it is JSON, of the schema where one is given."""
    return float(fits(text, True if asked.schema is None else schema_of(asked.schema)))


@cache
def schema_of(path: Path) -> Schema:
    """Read a JSON schema once; raises :class:`WrongInput` where it asks for something that is not followed."""
    try:
        schema = json.loads("\n".join(lines(path)))
    except ValueError as error:
        raise WrongInput(f"{path}: no JSON ({error}); expected a JSON schema") from error
    check_schema(schema, path.name)
    kept: Schema = schema
    return kept
