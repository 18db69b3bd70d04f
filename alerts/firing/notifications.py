"""What Alertmanager posts to a webhook (version 4), read strictly: no key twice, no number that is none, texts only.

Keys that a newer version adds are left alone.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, NoReturn

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StrictInt, StrictStr

_FIRST_YEAR, _LAST_YEAR = 1970, 2261
_EXPECTED = f"be an RFC 3339 instant between {_FIRST_YEAR} and {_LAST_YEAR}"


def _as_text(value: object) -> object:
    if not isinstance(value, str) or value.isdigit():  # which would be seconds
        raise ValueError(_EXPECTED)
    return value


def _within_reach(at: datetime) -> datetime:
    """Refuse what no calendar of ours can name in every zone."""
    if not _FIRST_YEAR <= at.year <= _LAST_YEAR:
        raise ValueError(_EXPECTED)
    return at


def _end(at: datetime | None) -> datetime | None:
    """Read the year 1 as none."""
    return None if at is None or at.year == 1 else _within_reach(at)


_Instant = Annotated[AwareDatetime, BeforeValidator(_as_text), AfterValidator(_within_reach)]
_End = Annotated[Annotated[AwareDatetime, BeforeValidator(_as_text)] | None, AfterValidator(_end)]
_Text = Annotated[StrictStr, Field(max_length=16_384)]
_Labels = Annotated[dict[Annotated[str, Field(max_length=1_024)], _Text], Field(max_length=128)]


class Status(StrEnum):
    """How an alert stands."""

    FIRING = "firing"
    RESOLVED = "resolved"


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)


class ToldAlert(_Shape):
    """One alert of a notification."""

    status: Status
    """firing or resolved"""
    labels: _Labels
    """What makes it this alert and no other."""
    annotations: _Labels = Field(default_factory=dict)
    """What is said of it."""
    starts_at: _Instant = Field(alias="startsAt")
    """Since when it fires."""
    ends_at: _End = Field(default=None, alias="endsAt")
    """When it was resolved; the year 1, which is none, while it fires."""
    generator_url: _Text = Field(default="", alias="generatorURL")
    """Where its expression is shown."""
    fingerprint: Annotated[StrictStr, Field(min_length=1, max_length=128)]
    """Stands for its labels."""


class Notification(_Shape):
    """Alerts of one group."""

    version: Annotated[StrictStr, Field(pattern="^4$")]
    """Of this document: 4."""
    group_key: Annotated[StrictStr, Field(min_length=1, max_length=16_384, alias="groupKey")]
    """Names the group, the same for every notification of it."""
    truncated_alerts: Annotated[StrictInt, Field(ge=0, alias="truncatedAlerts")] = 0
    """Alerts of the group that were left out, as max_alerts says."""
    status: Status
    """firing while any of them fires"""
    receiver: _Text
    """Who is told, by the name in Alertmanager's configuration."""
    external_url: _Text = Field(default="", alias="externalURL")
    """Where Alertmanager is reached."""
    alerts: Annotated[tuple[ToldAlert, ...], Field(max_length=5_000)]
    """Every one that changed or fires."""


class NotStrict(ValueError):
    """A text that other readers of JSON could read otherwise; the message says why."""


def check_strictly(text: bytes) -> None:
    """Refuse what JSON leaves open.

    >>> check_strictly(b'{"a": {"b": 1, "b": 2}}')
    Traceback (most recent call last):
    alerts.firing.notifications.NotStrict: the key 'b' is there twice
    """
    try:
        json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except NotStrict:
        raise
    except (ValueError, RecursionError) as error:
        raise NotStrict(str(error)) from error


def _once(pairs: list[tuple[str, object]]) -> Mapping[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise NotStrict(f"the key {key!r} is there twice")
        found[key] = value
    return found


def _no_constant(word: str) -> NoReturn:
    raise NotStrict(f"{word} is no number of JSON")
