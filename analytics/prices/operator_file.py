"""Price files of an operator: a CSV with one figure a line, or YAML with the entries that `prices:` takes.

A file is read whole before anything is made of it, and every mistake is told at once, with file, line, column, what was
found, what is expected and what would do. A file with one mistake changes nothing.

    provider,model,usage_class,usd_per_million,effective_from
    acme,llama-3-70b,input_uncached,0.60,2026-01-01
    acme,llama-3-70b,output,0.80,2026-01-01
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from yaml.nodes import MappingNode, Node, SequenceNode

from analytics.prices.price import Stated
from analytics.prices.stated import KEYS, UNITS, StatedPriceError, stated_prices
from collector.configuration import ConfigurationError, Problem

CSV_COLUMNS = (
    "provider",
    "model",
    "usage_class",
    *UNITS,
    *sorted(KEYS - {"provider", "model", "usage_classes", *UNITS}),
)
_WHOLE_NUMBERS = ("context_above", "context_until")


class OperatorFileError(ConfigurationError):
    """A price file that cannot be used; ``problems`` says why, one by one."""


class _Found(NamedTuple):
    """One entry, its line, and the lines of its keys."""

    entry: Mapping[str, Any]
    line: int
    lines: Mapping[str, int]


def read_operator_file(path: Path, recorded_on: date) -> tuple[Stated, ...]:
    """Return the rows of a price file; raises OperatorFileError with every mistake of it."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise OperatorFileError([Problem(str(path), None, "", _unreadable(error), "a file in UTF-8")]) from error
    found = list(_entries(path, text))
    if not found:
        raise OperatorFileError([Problem(path.name, None, "", "no prices", "at least one row")])
    problems: list[Problem] = []
    rows: list[Stated] = []
    for one in found:
        try:
            rows += stated_prices([one.entry], path.name, recorded_on, lambda _: "")
        except StatedPriceError as error:
            problems.append(_problem(path, one, error))
    if problems:
        raise OperatorFileError(problems)
    return tuple(rows)


def _unreadable(error: OSError | UnicodeDecodeError) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else f"no UTF-8: {error}"


def _problem(path: Path, one: _Found, error: StatedPriceError) -> Problem:
    column = error.key.partition(".")[0]
    column = column if column in one.lines else error.key
    remedy = "correct the line and import again; nothing was changed"
    expected = error.expected.removeprefix("expected ")
    return Problem(path.name, one.lines.get(column, one.line), column, error.found, expected, remedy)


def _entries(path: Path, text: str) -> Iterator[_Found]:
    if path.suffix.lower() in {".yaml", ".yml"}:
        return _yaml_entries(path, text)
    if path.suffix.lower() == ".csv":
        return _csv_entries(path, text)
    raise OperatorFileError(
        [Problem(path.name, None, "", f"a name that ends in {path.suffix!r}", ".csv, .yaml or .yml")]
    )


def _csv_entries(path: Path, text: str) -> Iterator[_Found]:
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        _refuse_header(path, header)
        for cells in reader:
            if cells and not cells[0].startswith("#"):
                yield _csv_entry(path, header, cells, reader.line_num)
    except csv.Error as error:
        raise OperatorFileError([Problem(path.name, reader.line_num, "", str(error), "lines of CSV")]) from error


def _refuse_header(path: Path, header: Sequence[str]) -> None:
    unknown = [name for name in header if name not in CSV_COLUMNS]
    twice = [name for name in header if header.count(name) > 1]
    known = f"columns of {', '.join(CSV_COLUMNS)}"
    problems = [
        Problem(path.name, 1, name, f"unknown column {name!r}", known, "rename or remove it") for name in unknown
    ]
    problems += [Problem(path.name, 1, name, f"column {name!r} twice", "each column once") for name in twice[:1]]
    if "model" not in header:
        problems.append(
            Problem(path.name, 1, "model", "no column 'model'", known, "write the names of the columns first")
        )
    if problems:
        raise OperatorFileError(problems)


def _csv_entry(path: Path, header: Sequence[str], cells: Sequence[str], line: int) -> _Found:
    if len(cells) != len(header):
        expected = f"{len(header)} cells, as the first line has columns"
        raise OperatorFileError([Problem(path.name, line, "", f"{len(cells)} cells", expected, "look for a comma")])
    given: dict[str, Any] = {name: cell.strip() for name, cell in zip(header, cells, strict=True) if cell.strip()}
    usage_class = given.pop("usage_class", None)
    given.setdefault("provider", "*")
    for name in _WHOLE_NUMBERS:
        if given.get(name, "").isdecimal() and given[name].isascii():
            given[name] = int(given[name])
    for unit in UNITS:
        if unit in given:
            given[unit] = {usage_class or "": given[unit]}
    if "discount" in given and usage_class:
        given["usage_classes"] = (usage_class,)
    return _Found(given, line, dict.fromkeys((*header, "usage_classes"), line))


def _yaml_entries(path: Path, text: str) -> Iterator[_Found]:
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError) as error:
        raise _no_yaml(path, error) from error
    if isinstance(root, MappingNode):
        root = next((value for key, value in root.value if key.value == "prices"), root)
    if not isinstance(root, SequenceNode):
        raise OperatorFileError([Problem(path.name, 1, "", "no list", "a list of entries, as under `prices:`")])
    for node in root.value:
        try:
            yield _yaml_entry(path, node)
        except (yaml.YAMLError, RecursionError) as error:
            raise _no_yaml(path, error) from error


def _no_yaml(path: Path, error: yaml.YAMLError | RecursionError) -> OperatorFileError:
    mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
    found = (error.problem if isinstance(error, yaml.MarkedYAMLError) else None) or str(error).partition("\n")[0]
    return OperatorFileError([Problem(path.name, mark.line + 1 if mark else None, "", found, "plain YAML")])


def _yaml_entry(path: Path, node: Node) -> _Found:
    line = node.start_mark.line + 1
    if not isinstance(node, MappingNode):
        raise OperatorFileError([Problem(path.name, line, "", "no entry", "keys with values")])
    names = [str(key.value) for key, _ in node.value]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise OperatorFileError([Problem(path.name, line, twice, f"key {twice!r} twice", "each key once in an entry")])
    loader = yaml.SafeLoader("")
    entry = {str(key.value): loader.construct_object(value, deep=True) for key, value in node.value}
    lines = {str(key.value): key.start_mark.line + 1 for key, _ in node.value}
    return _Found({"provider": "*"} | entry, line, lines)
