"""The downgrade document as JSON: exact both ways, tolerant of what is new, strict about what is known.

Unknown fields are ignored, so that a newer publisher can add some. A decision whose tier, mode or expiry rule this
version does not know is left out and its scope reported, so that the reader keeps what it had for that scope. Anything
else that is wrong refuses the whole document with an error that names the field.
"""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, NoReturn, TypeVar

from instrumentation.downgrade import Cause, Decision, DecisionDocument, Mode, OnExpiry, Scope, Tier

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)
# Found types, in the words of JSON.
_JSON_NAMES = {type(None): "null", bool: "boolean", int: "number", float: "number", str: "string", list: "array"}


class DocumentError(ValueError):
    """The text is no downgrade document; ``field`` says where it stops being one."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field


class _UnknownWordError(Exception):
    """A closed set has grown since this version."""


@dataclass(frozen=True, slots=True)
class Received:
    """A document as this version reads it; ``unknown`` are the scopes of decisions it cannot read."""

    document: DecisionDocument
    unknown: tuple[Scope, ...] = ()


def to_json(document: DecisionDocument) -> bytes:
    """Encode the document as UTF-8 JSON; instants are RFC 3339 in UTC with ``Z``.

    >>> from datetime import UTC, datetime
    >>> to_json(DecisionDocument(epoch=7, seq=3, issued_at=datetime(2026, 11, 21, 9, tzinfo=UTC)))
    b'{"epoch":7,"seq":3,"issued_at":"2026-11-21T09:00:00Z","decisions":[]}'
    """
    return json.dumps(asdict(document), default=_instant_text, allow_nan=False, separators=(",", ":")).encode()


def from_json(raw: str | bytes) -> Received:
    """Read a document; raises ``DocumentError`` naming the field that is wrong.

    >>> from_json('{"epoch": 7, "seq": "3"}')
    Traceback (most recent call last):
    ...
    instrumentation.downgrade_json.DocumentError: seq: found string "3"; expected a non-negative integer
    """
    try:
        loaded = json.loads(raw, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise DocumentError("document", f"found no JSON ({error}); expected an object") from error
    fields = _Fields.of(loaded, "document", prefix="")
    unknown: list[Scope] = []
    decisions: list[Decision] = []
    epoch, seq, issued_at = fields.count("epoch"), fields.count("seq"), fields.instant("issued_at")
    for position, item in enumerate(fields.array("decisions")):
        entry = _Fields.of(item, f"decisions[{position}]")
        try:
            decisions.append(_decision(entry))
        except _UnknownWordError:
            unknown.append(_scope(entry))
    return Received(DecisionDocument(epoch, seq, issued_at, tuple(decisions)), tuple(unknown))


def _decision(fields: "_Fields") -> Decision:
    values = {
        "id": fields.text("id"),
        "epoch": fields.count("epoch"),
        "seq": fields.count("seq"),
        "scope": _scope(fields),
        "share": fields.number("share"),
        "salt": fields.text("salt"),
        "issued_at": fields.instant("issued_at"),
        "expires_at": fields.instant("expires_at"),
        "reason": fields.text("reason"),
        "user_notice": fields.text_or_null("user_notice"),
        "path": fields.known_words("path", Tier),
        "up_dwell_s": None if fields.get("up_dwell_s") is None else fields.number("up_dwell_s"),
        "cause": tuple(
            _cause(_Fields.of(item, f"{fields.prefix}cause[{n}]")) for n, item in enumerate(fields.array("cause"))
        ),
        # Last, so that a decision with an unknown word is still checked in all its other fields.
        "tier": fields.word("tier", Tier),
        "mode": fields.word("mode", Mode),
        "on_expiry": fields.word("on_expiry", OnExpiry),
        "previous_tier": fields.word("previous_tier", Tier) if fields.get("previous_tier") is not None else None,
    }
    return fields.checked(Decision, values)


def _scope(fields: "_Fields") -> Scope:
    inner = _Fields.of(fields.get("scope"), f"{fields.prefix}scope")
    return Scope(*(inner.text_or_null(name) for name in ("tenant", "route", "model")))


def _cause(fields: "_Fields") -> Cause:
    numbers = ("long_window_s", "short_window_s", "long_burn", "short_burn", "threshold")
    values: dict[str, Any] = {name: fields.number(name) for name in numbers}
    values |= {"objective": fields.text("objective"), "requests": fields.count("requests")}
    values["posterior"] = None if fields.get("posterior") is None else fields.number("posterior")
    return fields.checked(Cause, values)


@dataclass(frozen=True, slots=True)
class _Fields:
    """One JSON object, read field by field with the path for errors."""

    record: dict[str, Any]
    prefix: str

    @classmethod
    def of(cls, value: object, path: str, prefix: str | None = None) -> "_Fields":
        if not isinstance(value, dict):
            _refuse(path, value, "an object")
        return cls(value, f"{path}." if prefix is None else prefix)

    def get(self, name: str) -> Any:  # noqa: ANN401 - it is whatever the JSON holds
        return self.record.get(name)

    def text(self, name: str) -> str:
        value = self.get(name)
        return value if isinstance(value, str) else _refuse(self.prefix + name, value, "a string")

    def text_or_null(self, name: str) -> str | None:
        return None if self.get(name) is None else self.text(name)

    def count(self, name: str) -> int:
        value = self.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            _refuse(self.prefix + name, value, "a non-negative integer")
        return value

    def number(self, name: str) -> float:
        value = self.get(name)
        if not isinstance(value, int | float) or isinstance(value, bool):
            _refuse(self.prefix + name, value, "a number")
        return value

    def array(self, name: str) -> list[Any]:
        value = self.get(name)
        return value if isinstance(value, list) else _refuse(self.prefix + name, value, "an array")

    def instant(self, name: str) -> datetime:
        text, expected = self.text(name), "an RFC 3339 instant in UTC such as 2026-11-21T09:00:00Z"
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            _refuse(self.prefix + name, text, expected)
        return at.astimezone(UTC) if at.utcoffset() == timedelta(0) else _refuse(self.prefix + name, text, expected)

    def word(self, name: str, words: type[E]) -> E:
        text = self.text(name)
        if text not in words.__members__.values():
            raise _UnknownWordError(name)
        return words(text)

    def known_words(self, name: str, words: type[E]) -> tuple[E, ...]:
        """Read an array that older publishers leave out; words this version does not know are passed over."""
        texts = self.array(name) if self.get(name) is not None else []
        return tuple(words(text) for text in texts if text in words.__members__.values())

    def checked(self, kind: type[T], values: dict[str, Any]) -> T:
        try:
            return kind(**values)
        except (ValueError, OverflowError) as error:
            raise DocumentError(self.prefix.rstrip("."), str(error)) from error


def _refuse(path: str, value: object, expected: str) -> NoReturn:
    kind = _JSON_NAMES.get(type(value), "object")
    shown = "" if value is None else f" {json.dumps(value)[:80]}"
    raise DocumentError(path, f"found {kind}{shown}; expected {expected}")


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON number")


def _instant_text(value: object) -> str:
    if not isinstance(value, datetime):
        raise TypeError(f"found {type(value).__name__} in a downgrade document; expected an instant")
    return value.isoformat().replace("+00:00", "Z")
