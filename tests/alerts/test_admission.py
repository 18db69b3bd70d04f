"""The cap on how many scopes change at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.admission import Cap, Proposal, admitted
from instrumentation.downgrade import Scope

SCOPES = st.integers(0, 30).map(lambda number: Scope(route=f"r{number}"))
PROPOSALS = st.lists(st.builds(Proposal, SCOPES, st.booleans(), st.floats(0, 20)), unique_by=lambda p: p.scope)


@given(PROPOSALS, st.sets(SCOPES), st.integers(1, 40), st.floats(0.01, 1))
def test_no_more_scopes_change_within_the_window_than_the_cap_allows(proposed, recent, scopes, ratio):
    cap = Cap(ratio)
    found = admitted(proposed, recent, scopes=scopes, cap=cap)
    assert found <= {proposal.scope for proposal in proposed}
    assert len(found - recent) <= max(0, cap.most(scopes) - len(recent))


@given(PROPOSALS.filter(bool), st.integers(1, 40))
def test_one_may_always_change_and_it_is_the_one_that_burns_fastest(proposed, scopes):
    found = admitted(proposed, (), scopes=scopes, cap=Cap(0.001))
    assert len(found) == 1
    (chosen,) = (proposal for proposal in proposed if proposal.scope in found)
    assert all(p.burn <= chosen.burn for p in proposed if p.downwards is chosen.downwards)
    assert chosen.downwards or not any(proposal.downwards for proposal in proposed)


def test_who_goes_on_changing_takes_no_further_place():
    again = Proposal(Scope(route="a"), downwards=True, burn=1.0)
    other = Proposal(Scope(route="b"), downwards=True, burn=9.0)
    assert admitted([again, other], [again.scope], scopes=5, cap=Cap(0.2)) == {again.scope}


@pytest.mark.parametrize(
    ("wrong", "said"), [({"ratio": 0.0}, "ratio is 0.0"), ({"window_s": -1.0}, "window_s is -1.0")]
)
def test_a_cap_without_sense_is_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        Cap(**wrong)
