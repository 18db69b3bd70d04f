"""Laws of derivation: what is said about spans depends on the spans alone, not on how and when they came."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.analytics.derive.worlds import arrivals, brute_force, house_with_objectives, rolled_up, told, worlds

_FEW = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


@_FEW
@given(st.data())
def test_any_order_batching_repeat_and_restart_tells_the_same_as_everything_at_once(data):
    world = data.draw(worlds())
    acts = data.draw(arrivals(world))
    with house_with_objectives() as at_once, house_with_objectives() as bit_by_bit:
        at_once.send(*world)
        at_once.settle()
        for act in acts:
            act(bit_by_bit)
        bit_by_bit.settle()
        assert told(bit_by_bit) == told(at_once)


@_FEW
@given(st.data())
def test_roll_ups_equal_what_a_person_would_sum_from_requests_lines_and_spans(data):
    world = data.draw(worlds())
    with house_with_objectives() as house:
        for act in data.draw(arrivals(world)):
            act(house)
        house.settle()
        assert rolled_up(house) == brute_force(house)
        request_costs = [row["cost_usd"] or 0 for row in house.requests()]
        line_costs = [row["cost_usd"] or 0 for row in house.lines()]
        assert sum(request_costs) == sum(line_costs)
