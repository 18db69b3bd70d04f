"""A day of a service in which a model silently answers at twice the length, through the real intake and derivation."""

from collections.abc import Iterator

import numpy as np

from analytics.changes.history import History
from analytics.findings.explaining import Explainer
from analytics.findings.settings import FindingSettings
from analytics.findings.watch import Watch
from tests.analytics.derive.house import NOON, House, S, Sent, call, small_book

STEP_S = 300
EACH_S = 25.0
"""Between two requests: twelve a step."""
CHANGE_S = 100 * STEP_S
END_S = 114 * STEP_S
OFTEN = FindingSettings(false_alarms_per_month=20.0)
"""So that a hundred steps of history are enough to be sure."""


def spans(until_s: float = END_S, change_s: float = CHANGE_S) -> Iterator[Sent]:
    """Two thirds of the requests ask gpt-4o, of which another version answers from ``change_s`` on."""
    chance = np.random.default_rng(11)
    for number in range(round(until_s / EACH_S)):
        at_s, model = number * EACH_S, "gpt-4o" if number % 3 else "gpt-4o-mini"
        changed = at_s >= change_s and model == "gpt-4o"
        tokens = round(chance.lognormal(4.6, 0.3) * (2.5 if changed else 1.0))
        whom = {"burnline.route": "answer", "burnline.tenant": ("acme", "umbrella")[number % 2]}
        version = f"{model}-{'2024-08-06' if changed else '2024-05-13'}"
        yield Sent(trace=number + 1, start_s=at_s, kind="request", says=whom)
        says = {"gen_ai.response.model": version}
        yield call(trace=number + 1, span=2, parent=1, start_s=at_s, model=model, tokens=(1_200, tokens), says=says)


def told(*sent: Sent) -> House:
    """A house that has derived them."""
    house = House(prices=small_book())
    house.send(*sent)
    house.settle()
    return house


def watch(house: House, at_s: float, settings: FindingSettings = OFTEN) -> Watch:
    """A watch that was opened so many seconds after noon."""
    opened = Watch(house.store, settings, Explainer(History(house.store)))
    opened.open(NOON // S + round(at_s))
    return opened


def turn(of: Watch, at_s: float):
    """One look so many seconds after noon."""
    return of.turn(NOON + round(at_s) * S)
