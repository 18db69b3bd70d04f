"""What a server puts together: who is approved at run time pages at run time."""

from datetime import UTC, datetime

import pytest

from alerts.journal import Journal
from analytics.links import Links
from analytics.slo.documents.approval import Approval
from analytics.slo.documents.canonical import body, sha256_of
from analytics.spending.spending import Spending
from collector.store import DuckDBStore
from dashboards.configuration import Configuration
from dashboards.signalling import Signalling
from tests.analytics.traffic import NOON, Request, arrive, stream

TEXT = """
objective_documents: {require_approval: true}
objectives: [{name: up, sli: availability, target: 0.99}]
alertmanagers: [{url: "http://127.0.0.1:9093"}]
"""


@pytest.fixture
def signalling(tmp_path):
    (tmp_path / "burnline.yaml").write_text(TEXT)
    store = DuckDBStore(None)
    configuration = Configuration(tmp_path / "burnline.yaml", {})
    opened_at = datetime(2026, 11, 18, tzinfo=UTC)
    journal, spending = Journal(store), Spending(store, [])
    yield Signalling.of(configuration, journal, spending, opened_at, links=Links(), environ={})
    store.close()


def test_an_objective_pages_people_from_its_approval_on_and_not_after_it_was_taken_back(signalling):
    arrive(signalling.desk.store, stream(NOON, every_s=10, seconds=3600, request=Request(status="error")))
    (poster,) = signalling.telling.posters
    (up,) = signalling.desk.objectives
    yes = Approval("up", sha256_of(body(up)), "support leads", NOON)
    no = Approval("up", yes.sha256, "support leads", NOON, revoked=True)
    assert not poster.source(NOON)
    signalling.desk.decide(yes)
    assert {alert.labels["alertname"] for alert in poster.source(NOON)} == {"BurnlineBudgetBurn"}
    signalling.desk.decide(no)
    assert not poster.source(NOON)
