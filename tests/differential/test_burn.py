"""The same events through our engine and through rules in the real Prometheus: the burn of every window is the same.

Where they define it alike. Three things they do not, each with a test of its own: a mean of ratios over the period, a
counter that begins at nothing, and a counter that falls.
"""

from collections.abc import Iterator

import numpy as np
import pytest

from analytics.slo.arithmetic import burn_rate
from analytics.slo.burn import window_counts
from analytics.slo.judging import register
from analytics.slo.rules.pack import rules_of
from analytics.slo.rules.watch import ratio_name
from collector.store import DuckDBStore
from tests.differential import peers
from tests.differential.peers import PeerRules
from tests.differential.prometheus import Prometheus, inlined, running
from tests.differential.streams import ANSWERS, at, counters, filled, poisson
from tests.differential.tools import TARGET, Events

WINDOWS = {"5m": 5, "30m": 30, "1h": 60, "6h": 360}
MINUTES = (361, 375, 400)
STREAM = poisson(7, (300, 6.0, 0.01), (30, 0.3, 0.5), (20, 9.0, 0.2), (50, 4.0, 0.0))
BUDGET = f"(1 - {TARGET})"
RULES = {
    "ours": lambda window: inlined(rules_of([ANSWERS]), f"{ratio_name(WINDOWS[window] * 60)}{{}}"),
    "Sloth's": lambda window: inlined(PeerRules().sloth(), f"slo:sli_error:ratio_rate{window}{{}}"),
    "Pyrra's": lambda window: inlined(PeerRules().pyrra(), f"burnrate:{window}{{}}"),
}


@pytest.fixture(scope="module")
def store() -> Iterator[DuckDBStore]:
    """Our engine's store with every request of the stream."""
    kept = DuckDBStore(None)
    register(kept, [ANSWERS])
    filled(kept, STREAM)
    yield kept
    kept.close()


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    """A Prometheus that scraped the counters of the stream every minute."""
    with running(tmp_path_factory.mktemp("prometheus"), counters(STREAM)) as server:
        yield server


@pytest.mark.parametrize("rules", RULES)
def test_burns_agree_to_a_billionth(rules: str, store: DuckDBStore, prometheus: Prometheus):
    for minute in MINUTES:
        counts = window_counts(store, [(ANSWERS.objective_id, m * 60.0) for m in WINDOWS.values()], at(minute))
        for window, minutes in WINDOWS.items():
            burn = burn_rate(counts[ANSWERS.objective_id, minutes * 60.0], TARGET)
            assert burn == pytest.approx(STREAM.ratio(minutes)[minute] / (1 - TARGET), abs=1e-9)
            asked = f"({RULES[rules](window)}) / {BUDGET}"
            assert prometheus.value(asked, minute) == pytest.approx(burn, abs=1e-9), (window, minute)


def test_a_quiet_night_weighs_as_much_as_a_busy_day_in_a_mean_of_ratios(tmp_path):
    """100 a minute with 0.05 % bad by day, 1 a minute with 5 % by night: 36 + 36 of 72,720 are bad, 0.099 %."""
    often = (np.arange(720) % 20 == 0).astype(int)
    stream = Events(np.repeat([100, 1], 720), np.concatenate([often, often]))
    with running(tmp_path, counters(stream)) as server:
        ours = server.value(inlined(rules_of([ANSWERS]), "slo:sli_error:ratio_rate1d{}"), 1440)
        sloths = server.value(PeerRules().sloth_period("1d"), 1440)
    assert ours == pytest.approx(72 / 72_720, abs=1e-12)
    assert sloths == pytest.approx((0.0005 + 0.05) / 2, abs=0.001)  # 25 times as much


def test_a_counter_that_begins_at_nothing_is_extrapolated_less(tmp_path):
    """Prometheus extends an increase to the edge of its window, but not below zero: only the total is extended here.

    Scrapes began two minutes before the window's end; the total has a past by then, the bad events have none.
    """
    begun = {peers.EVENTS: np.array([1e6, 1e6 + 10, 1e6 + 20]), peers.BAD: np.array([0.0, 5.0, 10.0])}
    with running(tmp_path, begun) as server:
        ratio = server.value(f"increase({peers.BAD}[5m]) / increase({peers.EVENTS}[5m])", 2)
    # half the distance of two samples is added to the two minutes of the total, and nothing to the ten bad events
    assert ratio == pytest.approx(10 / 20 / 1.25)


def test_a_counter_that_falls_is_read_as_a_restart_so_ours_never_does(tmp_path):
    """Five bad events were good after all. A counter that falls to 100,000 for it has all of these counted again."""
    steady, late = 1e6 + 100.0 * np.arange(11), np.repeat([0.0, 5.0], [6, 5])
    own, series = counters(Events(np.full(10, 100), np.zeros(10, int))), "bad_events_taken_back"
    corrected = {name: late if series in name else values for name, values in own.items()}
    fallen = {peers.EVENTS: steady, peers.BAD: 100_005 - late}
    with running(tmp_path, corrected | fallen) as server:
        peer = server.value(inlined(PeerRules().sloth(), "slo:sli_error:ratio_rate5m{}"), 10)
        ours = server.value(inlined(rules_of([ANSWERS]), "slo:sli_error:ratio_rate5m{}"), 10)
    assert peer == pytest.approx(100_000 / 500)  # two hundred times as many errors as events
    assert ours == 0
