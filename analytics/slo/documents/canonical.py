r"""The one form of an objective in which two are compared: plain values, canonical JSON, its hash, and YAML.

Everything that decides what was promised is spelled out, also where it is the default: should a default change some
day, old versions still say what they promised. Only what is nothing by default and nothing here (no tenant, no owner)
is left out. Durations are spelled as in ``burnline.yaml``; money and ratios are exact.

>>> promise = Objective("answers", Sli.AVAILABILITY, target=0.995, route="answer")
>>> print(yaml_text([promise]).partition("\n    windows")[0])
objectives:
  - name: answers
    sli: availability
    target: 0.995
    route: answer
    period: 28d
>>> objective_of(body(promise)) == promise
True
"""

import hashlib
import json
import typing
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, Field
from decimal import Decimal
from enum import StrEnum

from yaml.nodes import Node

from analytics.slo.documents.writing import Exact, Plain, decimal_text, node_of, yaml_of
from analytics.slo.kinds import Sli  # noqa: F401 - for the example above
from analytics.slo.objective import Objective
from collector.configuration import ConfigurationError, duration_text
from collector.configuration.building import Builder
from collector.configuration.shapes import inner, is_duration, preferred, record, required, settable

SECTION = "objectives"


def plain(objective: Objective) -> dict[str, Plain]:
    """An objective as plain values, keys in the order of its fields."""
    return _record(objective)


def body(objective: Objective) -> str:
    """Canonical JSON: the same objective is the same text, wherever it was read from."""
    return json.dumps(plain(objective), sort_keys=True, separators=(",", ":"), allow_nan=False)


def sha256_of(text: str) -> str:
    """The hash that a version is approved by."""
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def objective_of(text: str) -> Objective:
    """The objective of a canonical JSON; raises :class:`ConfigurationError` where this Burnline cannot keep it."""
    return built([node_of(json.loads(text))])[0]


def built(nodes: Sequence[Node]) -> tuple[Objective, ...]:
    """Objectives from nodes; raises :class:`ConfigurationError` with every problem, at the lines of the nodes."""
    builder = Builder()
    found = [builder.build(node, Objective, f"{SECTION}[{index}]") for index, node in enumerate(nodes)]
    if builder.problems:
        raise ConfigurationError(builder.problems)
    return tuple(one for one in found if isinstance(one, Objective))


def yaml_text(objectives: Iterable[Objective]) -> str:
    """A document as :mod:`analytics.slo.documents.files` reads it and ``burnline.yaml`` takes it."""
    return yaml_of({SECTION: [plain(objective) for objective in objectives]})


def default_values() -> dict[str, Plain]:
    """The plain value of every field that an objective need not state, by its key."""
    hints, entries = typing.get_type_hints(Objective), settable(Objective)
    spelled = {name: key for name, key in preferred(Objective).items() if not required(entries[name])}
    return {key: _value(_default(entries[name]), name, hints[name]) for name, key in spelled.items()}


def _record(value: object) -> dict[str, Plain]:
    hints, entries = typing.get_type_hints(type(value)), settable(type(value))
    found: dict[str, Plain] = {}
    for name, key in preferred(type(value)).items():
        own = getattr(value, name)
        if not (_nothing(own) and own == _default(entries[name])):
            found[key] = _value(own, name, hints[name])
    return found


def _value(value: object, name: str, hint: object) -> Plain:
    if record(inner(hint)) is not None:
        return _record(value)
    if isinstance(value, Mapping):
        return {key: _value(value[key], "", object) for key in sorted(value)}
    if isinstance(value, tuple):
        return [_value(item, "", typing.get_args(inner(hint))[0]) for item in value]
    return _single(value, name, hint)


def _single(value: object, name: str, hint: object) -> Plain:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Decimal):
        return Exact(decimal_text(value))
    if isinstance(value, int | float) and inner(hint) is float:
        return duration_text(value) if is_duration(name, hint) else float(value)
    if value is None or isinstance(value, bool | int | str):
        return value
    raise TypeError(f"{name} is a {type(value).__name__}; the canonical form has no word for it")


def _nothing(value: object) -> bool:
    return value is None or (isinstance(value, tuple | Mapping) and not value)


def _default(entry: "Field[typing.Any]") -> object:
    return entry.default if entry.default_factory is MISSING else entry.default_factory()
