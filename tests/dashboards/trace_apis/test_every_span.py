"""No span that is stored is missing from its trace, in whatever order it came and however far derivation is."""

from collections import defaultdict

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboards.trace_apis.jaeger_json import jaeger_trace
from dashboards.trace_apis.whole import whole_traces
from tests.analytics.derive.worlds import arrivals, house_with_objectives, worlds


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_every_stored_span_is_told_once_with_its_root_first(data):
    world = data.draw(worlds())
    acts = data.draw(arrivals(world))
    with house_with_objectives() as house:
        for act in acts:
            act(house)
            stored = defaultdict(set)
            for row in house.rows("select trace_hex(trace_id) as trace, span_hex(span_id) as span from spans"):
                stored[row["trace"]].add(row["span"])
            told = {trace.trace_id: jaeger_trace(trace) for trace in whole_traces(house.store, sorted(stored))}
            assert {trace: sorted(span["spanID"] for span in one["spans"]) for trace, one in told.items()} == {
                trace: sorted(spans) for trace, spans in stored.items()
            }
            assert all(beginnings(one)[0] == one["spans"][0]["spanID"] for one in told.values())


def beginnings(trace) -> list[str]:
    """Spans at which a drawn tree begins: without a parent among the others."""
    known = {span["spanID"] for span in trace["spans"]}
    return [
        span["spanID"]
        for span in trace["spans"]
        if not any(ref["refType"] == "CHILD_OF" and ref["spanID"] in known for ref in span["references"])
    ]
