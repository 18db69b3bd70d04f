"""A figure reads the same on a page and in the terminal: both are given the same hundreds of figures."""

import random
from decimal import Decimal

import pytest

from dashboards import figures

_CHANCE = random.Random(7)
MONEY = [
    *("0", "0.00", "0.1", "0.005", "0.045", "0.0000000025", "-0.00125", "12345678901234567890.125", "1E-7", "999.995"),
    *(str(Decimal(_CHANCE.randrange(10**12)).scaleb(-_CHANCE.randrange(16))) for _ in range(300)),
]
SHARES = [
    *(
        0.0,
        1.0,
        0.99999,
        0.9999999,
        8e-14,
        0.0625,
        1.0000001,
        -2.483,
        3.5,
        9.99996,
        10.0,
        -13.216,
        2586.512,
        1_000_000.5,
    ),
    *(_CHANCE.random() for _ in range(300)),
]
DURATIONS_MS = [
    0.00004,
    0.5,
    999.9,
    1_000,
    59_999,
    90_061,
    7_200_000,
    *(10 ** _CHANCE.uniform(-3, 7) for _ in range(300)),
]


@pytest.fixture(scope="module")
def page(browser, world):
    """Any page: its modules are what is asked."""
    opened = browser.new_page()
    opened.goto(world.url)
    yield opened
    opened.close()


def said(page, function: str, values: list) -> list[str]:
    ask = """async ([name, values]) => {
        const home = document.getElementById("app").src.replace("app.js", "core/format.js");
        const module = await import(home);
        return values.map((value) => module[name](value));
    }"""
    return page.evaluate(ask, [function, values])


@pytest.mark.parametrize(
    ("function", "told", "values"),
    [
        ("usd", figures.usd, MONEY),
        ("share", figures.ratio, SHARES),
        ("duration", figures.duration, DURATIONS_MS),
        ("count", figures.count, [0, 7, 999, 1_000, 1_234_567, 10**12]),
    ],
)
def test_a_figure_reads_as_in_the_terminal(page, function, told, values):
    read = zip(values, said(page, function, values), map(told, values), strict=True)
    assert [(value, shown, in_terminal) for value, shown, in_terminal in read if shown != in_terminal] == []


def test_what_nobody_knows_is_never_zero(page):
    for function in ("usd", "share", "duration", "count", "number", "bytes"):
        assert said(page, function, [None]) == ["\N{EN DASH}"]
