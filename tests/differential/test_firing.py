"""In which minutes each tool pages for the same events: our engine, our rules, and rules in the style of two peers.

The short definitions of ``tools.py`` are held against the real ones in every minute of every story; the minutes
themselves are a golden, which is the table to read.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest

from analytics.slo.burn import window_counts
from analytics.slo.evidence import judged
from analytics.slo.judging import register
from analytics.slo.rules.burn_alerts import BURN
from analytics.slo.rules.pack import rules_of
from analytics.slo.rules.promql import selector
from analytics.slo.verdicts import Verdict
from analytics.slo.windows import Severity
from collector.store import DuckDBStore
from tests.differential import peers
from tests.differential.peers import PeerRules
from tests.differential.prometheus import Prometheus, alerts, running
from tests.differential.slo_generator.asking import Case, reports
from tests.differential.streams import ANSWERS, at, counters, filled, poisson
from tests.differential.tools import (
    GENERATOR_STEPS,
    TARGET,
    TOOLS,
    Events,
    Firing,
    engine,
    lasting,
    our_rules,
    pyrra,
    slo_generator,
    sloth,
)
from tests.rules.timelines import check, series

ONSET = 720
"""Minutes of healthy history before anything happens, so that every window is whole."""
PER_H = 1 / 60


def after(history: tuple[float, float], *phases: tuple[int, float, float], seed: int = 1) -> Events:
    return poisson(seed, (ONSET, *history), *phases)


QUIET = (120 * PER_H, 0.005)
STORIES: Mapping[str, Events] = {
    "all fail, 120 an hour": after(QUIET, (60, 2.0, 1.0)),
    "half fail, 120 an hour": after(QUIET, (90, 2.0, 0.5)),
    "8 % fail, 120 an hour": after(QUIET, (480, 2.0, 0.08)),
    "all fail for 4 minutes, 120 an hour": after(QUIET, (4, 2.0, 1.0), (60, 2.0, 0.005)),
    "all fail for 20 minutes, 120 an hour": after(QUIET, (20, 2.0, 1.0), (60, 2.0, 0.005)),
    "half fail, 10 an hour": after((10 * PER_H, 0.005), (360, 10 * PER_H, 0.5)),
    "one fails, 2 an hour": Events(
        *(np.isin(np.arange(ONSET + 120), m).astype(int) for m in (range(11, 840, 30), [731]))
    ),
}
REAL: Mapping[str, tuple[str, str, Callable[[Events], Firing]]] = {
    "ours": (rules_of([ANSWERS]), BURN, our_rules),
    "Sloth's": (PeerRules().sloth(), peers.SLOTH, sloth),
    "Pyrra's": (PeerRules().pyrra(), peers.PYRRA, pyrra),
}


def fired(server: Prometheus, rules: str, name: str, minutes: int) -> Firing:
    """Whether any page of a rule file fires, minute by minute."""
    pages = alerts(rules, name, "page")
    return np.logical_or.reduce([lasting(server.present(page.expr, minutes), page.for_minutes) for page in pages])


def stories(firing: Firing) -> str:
    """The minutes after the onset in which it fires, as spans."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], firing.astype(int), [0]])))
    spans = [(start - ONSET, until - 1 - ONSET) for start, until in zip(edges[::2], edges[1::2], strict=True)]
    return ", ".join(f"{start}" if start == last else f"{start}-{last}" for start, last in spans) or "never"


@pytest.mark.parametrize("story", STORIES)
def test_rules_fire_in_the_real_prometheus_in_the_same_minutes(story: str, tmp_path: Path):
    found = STORIES[story]
    with running(tmp_path, counters(found)) as server:
        for rules, name, short in REAL.values():
            assert stories(fired(server, rules, name, len(found.events))) == stories(short(found))


@pytest.mark.parametrize("story", STORIES)
def test_our_engine_fires_in_the_same_minutes(story: str):
    """At every edge of the short definition, and a minute before."""
    found = STORIES[story]
    firing = engine(found)
    edges = np.flatnonzero(np.diff(firing.astype(int))).tolist() or [ONSET]
    store = DuckDBStore(None)
    register(store, [ANSWERS])
    filled(store, found, first=ONSET - 361)  # no window before the onset is longer than six hours
    looked = sorted({minute for edge in edges[:6] for minute in (edge, edge + 1)} | {len(found.events)})
    assert [_pages(store, minute) for minute in looked] == firing[looked].tolist()
    store.close()


def _pages(store: DuckDBStore, minute: int) -> bool:
    rows = [row for row in ANSWERS.windows if row.severity is Severity.PAGE]
    asked = [(ANSWERS.objective_id, length_s) for row in rows for length_s in (row.long_s, row.short_s)]
    counts = window_counts(store, asked, at(minute))
    verdicts = [
        judged(
            *(counts[ANSWERS.objective_id, s] for s in (row.long_s, row.short_s)),
            target=TARGET,
            factor=ANSWERS.factor(row),
        )
        for row in rows
    ]
    return any(judgement.verdict is Verdict.FIRING for judgement in verdicts)


@pytest.mark.parametrize("peer", ["Sloth's", "Pyrra's"])
def test_the_rule_manager_pages_from_the_same_minute(peer: str, tmp_path: Path):
    """Prometheus itself keeps the rules and their ``for`` here."""
    found = STORIES["all fail for 20 minutes, 120 an hour"]
    rules, name, short = REAL[peer]
    first, *_, last = (int(minute) for minute in np.flatnonzero(short(found)))
    inputs = [series(one, values) for one, values in counters(found).items() if not one.startswith("burnline")]
    expected = {first - 1: [], first: [name], last: [name], last + 1: []}
    check(rules, tmp_path, inputs, [_paging(minute, pages) for minute, pages in expected.items()])


def _paging(minute: int, pages: list[str]) -> dict[str, object]:
    samples = [{"labels": selector("", {"alertname": page}), "value": 1} for page in pages]
    expr = 'group by (alertname) (ALERTS{alertstate="firing",severity="page"})'
    return {"expr": expr, "eval_time": f"{minute}m", "exp_samples": samples}


def test_slo_generator_alerts_in_the_same_minutes():
    found = STORIES["all fail for 20 minutes, 120 an hour"]
    minutes = range(ONSET - 5, len(found.events) + 1)
    windows = [found.window(length) for length, _ in GENERATOR_STEPS]
    steps = [(length * 60, limit) for length, limit in GENERATOR_STEPS]
    cases = [Case(TARGET, steps, [(int(n[m] - bad[m]), int(bad[m])) for n, bad in windows]) for m in minutes]
    alerted = [any(step["alert"] for step in told) for told in reports(cases)]
    assert alerted == slo_generator(found)[list(minutes)].tolist()


def test_the_minutes_of_paging_are_these(golden: Callable[[str, str], None]):
    """Read it: who pages first, who pages for one error of two, and who goes on when it is over.

    What has fired is held for another short window by our rules alone, which is not counted here.
    """
    lines = ["Minutes after the onset in which a page fires; target 0.99, 28 days.", ""]
    for story, found in STORIES.items():
        lines += [story, *(f"    {name:<18}{stories(tool(found))}" for name, tool in TOOLS.items()), ""]
    golden("differential/minutes_of_paging.txt", "\n".join(lines))
