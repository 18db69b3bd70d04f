"""The flag file: that it has flagd's form, and that flagd's own evaluator decides by it as our readers do."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module

import httpx
import jsonschema
import pytest
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.openfeature.flagd import flag_file, flags
from alerts.openfeature.flagd_api import router
from instrumentation.decision_table import DecisionTable
from instrumentation.downgrade import DecisionDocument, Mode, OnExpiry, Scope, Tier
from tests.alerts.openfeature.flag_schema import SCHEMA
from tests.instrumentation.decisions import decision, fresh_board, publish, serving

SCOPES = st.builds(
    Scope, st.sampled_from(["acme", "other", None]), st.sampled_from(["answer", None]), st.sampled_from(["big", None])
)
WHOLE = st.lists(
    st.builds(decision, st.sampled_from(Tier), SCOPES, share=st.sampled_from([0.0, 1.0]), mode=st.sampled_from(Mode)),
    max_size=6,
)
REQUESTS = [
    {"tenant": tenant, "route": route, "model": model}
    for tenant in ("acme", "other", None)
    for route in ("answer", "help", None)
    for model in ("big", None)
]


def now() -> datetime:
    return datetime.now(UTC)


def live(*decisions, epoch: int = 7) -> DecisionDocument:
    """A document issued now; who ends a lease says when."""
    at = now()
    leased = [
        replace(d, issued_at=at - timedelta(hours=2), expires_at=at + timedelta(seconds=30))
        if d.expires_at <= at and d.on_expiry is OnExpiry.BASELINE and d.id != "over"
        else d
        for d in decisions
    ]
    return DecisionDocument(epoch, 3, at, tuple(leased))


@pytest.fixture(scope="module")
def evaluate(tmp_path_factory):
    """Ask flagd's provider, in the mode that reads a file and nothing else."""
    flagd = import_module("openfeature.contrib.provider.flagd")
    config = import_module("openfeature.contrib.provider.flagd.config")
    context = import_module("openfeature.evaluation_context").EvaluationContext
    path = tmp_path_factory.mktemp("flagd") / "flags.json"
    path.write_text('{"flags": {}}', encoding="utf-8")
    provider = flagd.FlagdProvider(
        resolver_type=config.ResolverType.FILE, offline_flag_source_path=str(path), deadline_ms=60_000
    )
    provider.initialize(context())
    yield lambda document: _asking(provider, context, path, document)
    provider.shutdown()


def _asking(provider, context, path, document):
    path.write_bytes(flag_file(document))
    provider.resolver.connector._load_data()

    def ask(key="c-7", flag="route-tier", default="mine", **words):
        asking = context(key, {name: word for name, word in words.items() if word is not None})
        resolve = provider.resolve_string_details if flag == "route-tier" else provider.resolve_boolean_details
        return resolve(flag, default, asking).value

    return ask


@settings(max_examples=40, deadline=None)
@given(WHOLE)
def test_every_file_has_the_form_of_flagd(decisions):
    jsonschema.validate(json.loads(flag_file(live(*decisions))), SCHEMA)


def test_the_form_refuses_what_flagd_refuses():
    file = flags(live(decision(share=0.25)))
    file["flags"]["route-tier"]["targeting"]["if"].append("economy")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(file, SCHEMA)


@settings(max_examples=40, deadline=None)
@given(decisions=WHOLE)
def test_flagd_decides_as_our_readers_do(evaluate, decisions):
    document = live(*decisions)
    table, ask, at = DecisionTable().applied(document)[0], evaluate(document), now()
    for words in REQUESTS:
        ours = table.tier_for(**words, key="c-7", at=at)
        assert ask(**words) == (ours.tier or "mine"), words
        assert ask(flag="route-degraded", default=True, **words) == ours.degraded


def test_a_lease_ends_by_the_evaluators_clock_unless_it_holds(evaluate):
    over = {"issued_at": now() - timedelta(minutes=2), "expires_at": now() - timedelta(minutes=1), "id": "over"}
    ask = evaluate(
        live(
            decision(Tier.ECONOMY, Scope("acme"), **over),
            decision(Tier.ECONOMY, Scope("other"), on_expiry=OnExpiry.HOLD, **over),
        )
    )
    assert (ask(tenant="acme"), ask(tenant="other")) == ("mine", "economy")


def test_a_share_has_its_size_and_a_larger_one_only_adds_keys_but_they_are_not_the_keys_of_our_readers(evaluate):
    keys, chosen = [f"c-{n}" for n in range(4_000)], {}
    for share in (0.25, 0.5):
        ask = evaluate(live(decision(Tier.ECONOMY, Scope("acme"), share=share)))
        chosen[share] = {key for key in keys if ask(key, tenant="acme") == "economy"}
        assert abs(len(chosen[share]) / len(keys) - share) < 4 * (share * (1 - share) / len(keys)) ** 0.5
    assert chosen[0.25] < chosen[0.5]
    table = DecisionTable().applied(live(decision(Tier.ECONOMY, Scope("acme"), share=0.25)))[0]
    ours = {key for key in keys if table.tier_for(tenant="acme", key=key, at=now()).degraded}
    assert 0.15 < len(ours & chosen[0.25]) / len(ours) < 0.35  # as two draws that know nothing of each other


def test_a_request_outside_every_share_falls_under_the_next_wider_scope(evaluate):
    ask = evaluate(
        live(
            decision(Tier.CACHED_ONLY, Scope("acme", "answer"), share=0.25, salt="a"),
            decision(Tier.ECONOMY, Scope("acme", "answer"), share=0.5, salt="b"),
            decision(Tier.STANDARD, Scope("acme")),
        )
    )
    found = {ask(f"c-{n}", tenant="acme", route="answer") for n in range(200)}
    assert found == {"cached_only", "economy", "standard"}


def test_the_file_is_served_with_the_tag_of_its_issue():
    board = fresh_board(epoch=7)
    publish(board, decision(Tier.ECONOMY, Scope("acme")))
    app = FastAPI()
    app.include_router(router(board))
    with serving(app) as url, httpx.Client(base_url=url) as http:
        answer = http.get("/v1/routing/flagd.json")
        again = http.get("/v1/routing/flagd.json", headers={"If-None-Match": answer.headers["etag"]})
    assert (answer.headers["etag"], again.status_code) == ('"7-1"', 304)
    assert answer.json()["metadata"] == {"flagSetId": "burnline", "version": "7-1"}
    assert set(answer.json()["flags"]) == {"route-tier", "route-degraded"}
