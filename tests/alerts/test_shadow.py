"""A route in shadow: decided and shown, obeyed by nobody."""

from dataclasses import replace

from collector.store import DuckDBStore
from instrumentation.downgrade import Mode
from tests.alerts.test_evaluation import ANSWER, CALM, DEAR, Watched


def test_a_route_in_shadow_is_shown_what_it_would_do_and_nobody_obeys():
    watched = Watched(DuckDBStore(None), policies=(replace(ANSWER, shadow=True),))
    watched.run(10, CALM)
    assert watched.run(14, DEAR) == [(14, "standard")]
    (decision,) = watched.decisions
    assert (decision.mode, decision.enforced) == (Mode.SHADOW, False)
    assert decision.reason.startswith("answer (in shadow) steps down from premium to standard")
    watched.store.close()
