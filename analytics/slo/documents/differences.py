"""What differs between two definitions, value by value.

>>> [str(one) for one in differences({"target": 0.99, "per": []}, {"target": 0.995, "per": ["model"]})]
['per[0]: - -> model', 'target: 0.99 -> 0.995']
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that is not the same; None: it is not there."""

    path: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        return f"{self.path}: {'-' if self.before is None else self.before} -> {self.after or '-'}"


def differences(before: Mapping[str, object] | None, after: Mapping[str, object] | None) -> tuple[Difference, ...]:
    """Every value that differs, in the order of the paths; None is a definition that was withdrawn, or none yet."""
    old, new = dict(_values(before or {}, "")), dict(_values(after or {}, ""))
    return tuple(
        Difference(path, old.get(path), new.get(path))
        for path in sorted(old.keys() | new.keys())
        if old.get(path) != new.get(path)
    )


def _values(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, below in value.items():
            yield from _values(below, f"{path}.{key}" if path else str(key))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for index, below in enumerate(value):
            yield from _values(below, f"{path}[{index}]")
    else:
        yield path, "null" if value is None else str(value)
