"""Files of JSON lines as people and programs write them, read so that every mistake has a place.

EvaluationError
|-- WrongInput     a file, a name or a system cannot be used; the command ends with 2
`-- NotAnswered    a system under test gave no answer to one question; it counts, and the run goes on
"""

import json
import math
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
_SHOWN = 60
_LARGEST_LINE = 10_000_000
"""Characters; a line beyond is no answer but a mistake."""


class EvaluationError(Exception):
    """The root of what an evaluation can be refused for."""


class WrongInput(EvaluationError):
    """Something given cannot be used; says where, what was found and what would do."""


class NotAnswered(EvaluationError):
    """The system under test gave no answer; the message is its reason."""


@dataclass(frozen=True, slots=True)
class Row:
    """One object of a file, with the place it stands at."""

    where: str
    content: Mapping[str, Any]

    def text(self, key: str) -> str:
        """A text that has to be there."""
        found = self.content.get(key)
        if not isinstance(found, str) or not found.strip():
            raise self.wrong(key, found, "a text")
        return found

    def text_or_none(self, key: str) -> str | None:
        """A text, or null where nobody said."""
        found = self.content.get(key)
        if found is not None and not isinstance(found, str):
            raise self.wrong(key, found, "a text or null")
        return found

    def texts(self, key: str) -> tuple[str, ...] | None:
        """A list of texts; null where nobody said, which is not the same as none of them."""
        found = self.content.get(key)
        if found is None:
            return None
        if not isinstance(found, list) or not all(isinstance(one, str) and one for one in found):
            raise self.wrong(key, found, "a list of texts")
        return tuple(found)

    def number_or_none(self, key: str) -> float | None:
        """A finite number, or null."""
        found = self.content.get(key)
        if found is None:
            return None
        if isinstance(found, bool) or not isinstance(found, int | float) or not math.isfinite(found):
            raise self.wrong(key, found, "a number or null")
        return float(found)

    def numbers(self, key: str) -> Mapping[str, float] | None:
        """An object of numbers, or null."""
        found = self.object_or_none(key)
        return None if found is None else {name: self._number(key, name, value) for name, value in found.items()}

    def object_or_none(self, key: str) -> Mapping[str, Any] | None:
        """An object, or null."""
        found = self.content.get(key)
        if found is not None and not isinstance(found, dict):
            raise self.wrong(key, found, "an object or null")
        return found

    def knows(self, keys: Collection[str]) -> None:
        """Refuse every key but these: a misspelt one would silently not count."""
        for key in self.content:
            if key not in keys:
                near = get_close_matches(key, list(keys), n=1)
                meant = f"; did you mean {near[0]}?" if near else ""
                raise WrongInput(f"{self.where}: {key} is no key; expected some of {', '.join(keys)}{meant}")

    def wrong(self, key: str, found: object, expected: str) -> WrongInput:
        """A refusal of one value."""
        said = "nothing" if key not in self.content else shortened(found)
        return WrongInput(f"{self.where}: {key} is {said}; expected {expected}")

    def _number(self, key: str, name: str, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise self.wrong(f"{key}.{name}", value, "a number")
        return float(value)


def shortened(value: object) -> str:
    """A value as JSON, cut where it gets long.

    >>> shortened(["a"]), shortened("x" * 100)[-5:]
    ('["a"]', 'x ...')
    """
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]} ..."


def rows(path: Path) -> Iterator[Row]:
    """Every line of a file as an object, empty lines left out; raises :class:`WrongInput` at the first that is none."""
    for number, line in enumerate(lines(path), start=1):
        if line.strip():
            yield row(line, f"{path.name}:{number}")


def row(line: str, where: str) -> Row:
    """One object of JSON text."""
    if len(line) > _LARGEST_LINE:
        raise WrongInput(f"{where}: {len(line)} characters; expected at most {_LARGEST_LINE}")
    try:
        content = json.loads(line, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise WrongInput(f"{where}: no JSON ({error}); expected one object on each line") from error
    if not isinstance(content, dict):
        raise WrongInput(f"{where}: {shortened(content)}; expected an object")
    return Row(where, content)


def lines(path: Path) -> list[str]:
    """The lines of a text in UTF-8; raises :class:`WrongInput` when there is no such file."""
    try:
        return path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise WrongInput(f"{path}: no readable file ({error.strerror}); check the path") from error
    except UnicodeDecodeError as error:
        raise WrongInput(f"{path}: no text in UTF-8 (byte {error.start}); write it in UTF-8") from error


def unique(found: Iterator[T], key: Callable[[T], str], path: Path) -> tuple[T, ...]:
    """All of them, each key once; raises :class:`WrongInput` on the first that comes again."""
    seen: dict[str, T] = {}
    for one in found:
        if key(one) in seen:
            raise WrongInput(f"{path.name}: id {key(one)!r} is there twice; expected each once")
        seen[key(one)] = one
    if not seen:
        raise WrongInput(f"{path.name}: nothing in it; expected a line for each item")
    return tuple(seen.values())


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no number of JSON")
