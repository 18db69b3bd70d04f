"""The tree of a request holds every span once, whatever the parents say."""

from hypothesis import given
from hypothesis import strategies as st

from dashboards.trace_view import branches


def span(number: int, parent: int | None) -> dict:
    return {"span_id": f"{number:016x}", "parent_span_id": None if parent is None else f"{parent:016x}"}


def drawn(*spans: dict) -> list[tuple[int, str]]:
    return [(int(branch.span["span_id"], 16), branch.lines) for branch in branches(spans)]


def test_children_stand_below_their_parent_in_the_order_they_started():
    assert drawn(span(1, None), span(2, 1), span(3, 2), span(4, 1)) == [
        (1, ""),
        (2, "├─ "),
        (3, "│  └─ "),
        (4, "└─ "),
    ]


def test_a_span_whose_parent_has_not_arrived_starts_a_tree():
    assert drawn(span(2, 9), span(3, 2)) == [(2, ""), (3, "└─ ")]


def test_a_span_that_is_its_own_parent_is_shown():
    assert drawn(span(1, 1)) == [(1, "")]


def test_a_trace_deeper_than_the_stack_is_drawn():
    deep = [span(1, None), *[span(number, number - 1) for number in range(2, 3_000)]]
    assert len(drawn(*deep)) == 2_999


@given(
    st.lists(st.tuples(st.integers(1, 12), st.one_of(st.none(), st.integers(1, 12))), unique_by=lambda pair: pair[0])
)
def test_every_span_is_there_once(pairs):
    assert sorted(number for number, _ in drawn(*[span(*pair) for pair in pairs])) == sorted(n for n, _ in pairs)
