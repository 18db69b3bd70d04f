"""Floats touch no money: not in the text of the packages that compute it, not in their SQL, and not when they run.

A package, or the file of one, is on the list when it computes amounts. (Burns and shares in ``analytics/spending`` are
floats on purpose; its laws hold its amounts.) A line that needs a float for something that is no money (a
duration, a share on a screen) says so in ``NOT_MONEY`` with its reason.
"""

import ast
import re
from datetime import UTC, date, datetime
from decimal import Context, Decimal, FloatOperation, Inexact, localcontext

import pytest

from analytics.prices import PriceBook, PriceKey, explain, rate, stated_prices, text
from analytics.prices.editions import load, record
from collector.dialects.usage_classes import UsageClass
from collector.store import DuckDBStore
from tests.house.tree import ROOT

MONEY_PACKAGES = (
    "analytics/prices",
    "analytics/runs",
    "analytics/allocation",
    "analytics/ledger",
    "analytics/focus",
    "analytics/statements",
    "analytics/reconciliation",
    "analytics/chargeback",
    "analytics/derive/rating.py",
    "analytics/derive/tariffs.py",
    "analytics/derive/quantities.py",
    "analytics/derive/rates.py",
    "analytics/cost.py",
)
NOT_MONEY: dict[str, str] = {
    "analytics/allocation/splitting.py:from math import lcm": "The least common multiple of whole numbers is one.",
    "analytics/allocation/splitting.py:return from_units(round(exact * 10**places), places)": "Fraction to int.",
    "analytics/cost.py:def _ratio(missing: Decimal | int, whole: Decimal | int) -> float | None:": "Coverage, a share.",
    "analytics/cost.py:return float((whole - missing) / whole) if whole else None": "Coverage, a share.",
    "analytics/chargeback/job_api.py:_LONGEST_WAIT_S = 30.0": "Seconds.",
    "analytics/chargeback/job_api.py:def _wait_s(prefer: str | None) -> float:": "Seconds.",
    "analytics/chargeback/job_api.py:return 0.0": "Seconds.",
    "analytics/chargeback/job_api.py:return min(float(value), _LONGEST_WAIT_S)": "Seconds.",
    "analytics/chargeback/jobs.py:def wait(self, job_id: str, seconds: float) -> Job | None:": "Seconds.",
    "analytics/reconciliation/columns.py:binary = isinstance(found, float)": "It finds floats of a bill.",
    "analytics/reconciliation/settings.py:settling_s: float = 86_400.0": "Seconds.",
    "analytics/reconciliation/sums.py:"
    '"gap_ratio": (gap / theirs).quantize(_RATIO, ROUND_HALF_EVEN) if theirs else None,': "Decimals on both sides.",
}
"""``path:line text`` without indent -> why this float is no money."""
_FLOATING_MODULES = frozenset({"math", "statistics", "random"})
_EXACT = frozenset({"Decimal", "Fraction"})
"""A quotient of these is one of these."""
_SQL_FLOATS = re.compile(
    r"\b(double|float|float4|float8|real|avg|stddev|pow|sqrt|ln|log2)\b|(?<!/)/(?!/)", re.IGNORECASE
)


def sources(ending):
    places = [ROOT / place for place in MONEY_PACKAGES]
    found = [path for place in places for path in ([place] if place.is_file() else sorted(place.rglob(f"*{ending}")))]
    found = [path for path in found if path.suffix == ending]
    assert found
    return found


def floats(tree):
    """Lines that make or name a float. Dividing a path by a text is no division of numbers."""
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=float()) | ast.Name(id="float" | "round"):
                yield node.lineno
            case ast.Import(names=names) if {alias.name.partition(".")[0] for alias in names} & _FLOATING_MODULES:
                yield node.lineno
            case ast.ImportFrom(module=str(module)) if module.partition(".")[0] in _FLOATING_MODULES:
                yield node.lineno
            case ast.BinOp(op=ast.Div(), left=left, right=right) if not any(
                _path(side) or _exact(side) for side in (left, right)
            ):
                yield node.lineno
            case ast.AugAssign(op=ast.Div()):
                yield node.lineno


def _exact(node):
    """Whether an operand is made exact in place, or computed with one that is."""
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return name in _EXACT
        case ast.BinOp(left=left, right=right):
            return _exact(left) or _exact(right)
    return False


def _path(node):
    """Whether an operand is a text or something that is named as a part of a path."""
    match node:
        case ast.Constant(value=str()) | ast.JoinedStr():
            return True
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.isupper() or name in {"path", "folder", "parent", "name", "data"}
        case ast.BinOp(op=ast.Div(), left=left, right=right):
            return _path(left) or _path(right)
    return False


@pytest.mark.parametrize("path", sources(".py"), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_line_makes_a_float(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    found = {f"{path.relative_to(ROOT)}:{lines[number - 1].strip()}" for number in floats(ast.parse("\n".join(lines)))}
    assert found - NOT_MONEY.keys() == set()


def test_every_exception_is_still_there_and_has_a_reason():
    for place, reason in NOT_MONEY.items():
        path, _, line = place.partition(":")
        assert reason.endswith(".")
        assert line in (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sources(".sql"), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_statement_leaves_the_decimals(path):
    code = re.sub(r"--.*", "", path.read_text(encoding="utf-8"))
    assert _SQL_FLOATS.findall(code) == []


@pytest.mark.parametrize(
    "line", ["x = 0.5", "x = float(y)", "x = a / b", "x /= b", "import math", "from math import floor", "x = round(y)"]
)
def test_the_search_finds_what_it_looks_for(line):
    assert list(floats(ast.parse(line))) == [1]


@pytest.mark.parametrize(
    "line",
    [
        'x = folder / "a.csv"',
        "x = data / FOLDER / f'{a}.csv'",
        "x = a // b",
        "x = Decimal('0.5')",
        "x = Fraction(a) / b",
    ],
)
def test_the_search_leaves_paths_and_whole_numbers_alone(line):
    assert list(floats(ast.parse(line))) == []


def test_a_float_that_met_a_decimal_would_be_trapped_and_none_does():
    strict = Context(prec=38, traps=[FloatOperation, Inexact])
    with localcontext(strict), pytest.raises(FloatOperation):
        Decimal(0.1)  # noqa: RUF032 - the float is the point
    rows = [{"provider": "openai", "model": "*", "discount": "0.12"}]
    with localcontext(strict):
        book = PriceBook.load().with_rows(stated_prices(rows, "burnline.yaml", date(2026, 11, 21)))
        store = DuckDBStore(None)
        again = load(store, record(store, book, datetime(2026, 11, 21, tzinfo=UTC)).edition_id)
        store.close()
        key, usage = PriceKey("openai", "gpt-5.6-sol", None, "eu"), dict.fromkeys(UsageClass, 272_001)
        told = explain(again, key, at=datetime(2026, 11, 21, tzinfo=UTC), usage=usage)
        lines = rate(usage, again.resolve(key), at=datetime(2026, 11, 21, tzinfo=UTC))
        assert text(told)
    amounts = [(line.unit_price_usd, line.cost_usd, line.list_unit_price_usd, line.list_cost_usd) for line in lines]
    assert {type(amount) for row in amounts for amount in row if amount is not None} == {Decimal}
    records = list(again.rows_for([key]))
    assert (
        {type(record.unit_price_usd) for record in records}
        == {type(r.list_unit_price_usd) for r in records}
        == {Decimal}
    )
