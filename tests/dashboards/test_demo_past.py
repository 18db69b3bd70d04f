"""The weeks before the demo, what should be noticed of them, and prompts to be: each can be found missing."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from analytics.evaluation.gate import Verdict
from collector.store import DuckDBStore, Query
from dashboards.demo.experiment import OPENED, opened, outcomes, variant
from dashboards.demo.keeping import NotKept, keep
from dashboards.demo.noticed import NEAR, Noticed
from dashboards.demo.past import AFTER, BEFORE, LASTS, changed_at, drawn, past
from dashboards.demo.prompts import IN_USE, PROPOSED, context
from dashboards.demo.retrieval import Passage, passages
from dashboards.demo.trial import golden, missing

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)


def spans(*bodies: bytes):
    """Each span of OTLP requests, with its attributes."""
    for body in bodies:
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            for span in resource.scope_spans[0].spans:
                yield span, {one.key: one.value for one in span.attributes}


def test_a_seed_decides_the_past():
    first, again, other = (next(past(NOON, seed)) for seed in (1, 1, 2))
    assert first == again != other


def test_it_lasts_seven_weeks_and_ends_before_the_demo_begins():
    bodies = list(past(NOON, 1))
    started = [span.start_time_unix_nano / 1e9 for span, _ in spans(bodies[0], bodies[-1])]
    assert len(bodies) == LASTS.days
    assert (NOON - LASTS - timedelta(hours=1)).timestamp() < min(started) < (NOON - LASTS).timestamp() + 3_600
    assert max(started) < NOON.timestamp()


def test_answers_get_longer_when_the_other_version_begins_and_not_when_the_prompt_is_renewed():
    lengths: dict[tuple[str, str], list[int]] = {}
    for span, says in spans(*list(past(NOON, 1))[-12:]):
        if "gen_ai.response.model" in says:
            version, prompt = says["gen_ai.response.model"].string_value, says["gen_ai.prompt.version"].string_value
            lengths.setdefault((version, prompt), []).append(says["gen_ai.usage.output_tokens"].int_value)
            assert (version == AFTER) == (span.start_time_unix_nano / 1e9 >= changed_at(NOON).timestamp())
    old, renewed, longer = (sum(of) / len(of) for of in (lengths[key] for key in sorted(lengths)))
    assert sorted(lengths) == [(BEFORE, "6"), (BEFORE, "7"), (AFTER, "7")]
    assert 0.93 < renewed / old < 1.07
    assert 1.6 < longer / renewed < 2.0


def test_users_keep_their_layout_and_open_one_of_them_more_often():
    layouts, asked = {}, set()
    for span, says in spans(*list(past(NOON, 1))[-20:]):
        if "burnline.variant" in says:
            layouts.setdefault(says["user.id"].string_value, set()).add(says["burnline.variant"].string_value)
            asked.add(span.trace_id)
    traces = [*drawn(NOON, 1)]
    assert asked == {*traces}
    assert {len(of) for of in layouts.values()} == {1}
    shares = {name: [opened(one) for one in traces if variant(one) == name] for name in OPENED}
    assert all(abs(sum(of) / len(of) - OPENED[name]) < 0.03 for name, of in shares.items())
    told = [one for message in outcomes(traces) for one in message["outcomes"]]
    assert len(told) == len({one["id"] for one in told}) == sum(map(opened, traces))


def test_all_of_it_is_stored(tmp_path):
    bodies = list(past(NOON, 1))[:2]
    stored = keep(tmp_path, bodies)
    assert stored == len(list(spans(*bodies)))
    store = DuckDBStore(tmp_path)
    assert store.run(Query("counted", "select count(*) as spans from spans"))["spans"].to_pylist() == [stored]
    store.close()


def test_what_is_not_stored_whole_is_said(tmp_path):
    request = ExportTraceServiceRequest()
    request.resource_spans.add().scope_spans.add().spans.add(name="without ids")
    with pytest.raises(NotKept, match="1 spans of the past were recorded and 0 are stored"):
        keep(tmp_path, [request.SerializeToString()])


def finding(**other) -> dict:
    cost = {"measure": "cost_per_request", "dimension": "all", "value": "", "size": 0.002}
    changed = [{"to": AFTER}]
    return {"measure": "output_tokens", "start": NOON.isoformat(), "changes": changed, "also": [cost], **other}


def test_what_is_found_dated_and_attributed_is_noticed_with_its_money():
    found = Noticed(finding(), NOON + timedelta(hours=1), requests_per_day=300)
    assert found.missing is None
    assert f"{found.more_usd_per_day:.2f}" == "0.60"  # 0.002 x 300


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (None, "nothing was noticed"),
        (finding(start=(NOON - NEAR - timedelta(hours=1)).isoformat()), "are dated"),
        (finding(changes=[]), "not attributed"),
        (finding(also=[]), "not that requests cost more"),
    ],
)
def test_what_is_missing_is_said(found, said):
    assert said in Noticed(found, NOON, 300).missing


def test_a_prompt_that_is_cut_brings_the_beginning_of_each_passage():
    shortened = PROPOSED[1]
    text = "x" * 500
    told = f"[1] {text[: shortened.characters]}"
    assert context(shortened, [Passage("a", text)]).split("\n") == [shortened.instruction, told]
    assert context(IN_USE, [Passage("a", text)]).endswith(text)


def test_a_golden_set_asks_three_questions_of_every_topic():
    found = golden(passages())
    assert len(found.items) == 3 * len(passages())
    assert all(item.reference and item.expected_documents for item in found.items)


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        ((Verdict.PASS, Verdict.REFUSE), None),
        ((Verdict.UNPROVEN, Verdict.REFUSE), "the gate says unproven to prompt 8"),
        ((Verdict.PASS, Verdict.PASS), "the gate says pass to prompt 9"),
    ],
)
def test_the_gate_has_to_pass_the_equal_prompt_and_to_refuse_the_worse_one(verdicts, said):
    found = missing([SimpleNamespace(verdict=verdict) for verdict in verdicts])
    assert found is None if said is None else said in found
