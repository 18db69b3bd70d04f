"""What keeps a conversation together, with the real LiteLLM Router: its key, its deployment, its provider's memory."""

import os

import pytest

from instrumentation.decision_table import DecisionTable, Verdict
from instrumentation.downgrade import Tier
from instrumentation.tenancy import Attribution
from tests.instrumentation.decisions import NINE, decision, document

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # no download at import

import litellm
from litellm import Router
from litellm.integrations.custom_logger import CustomLogger

from instrumentation import request
from instrumentation.litellm_caller import KEYS_IN_CALL, KEYS_IN_METADATA, caller_of, proxy_caller_of
from instrumentation.litellm_router import obey

HELLO = [{"role": "user", "content": "hello"}]
SHARED = {"metadata": {"session_id": "s-1"}}


class Changing:
    """A source of verdicts that a test sets."""

    tier_in_force: Tier | None = None

    def tier(self, **_asked):
        return Verdict(self.tier_in_force)


def deployment(rung, order, **params):
    params = {"model": f"openai/{rung}", "api_key": "none", "mock_response": rung, "order": order, **params}
    return {"model_name": "answer", "litellm_params": params, "model_info": {"routing_tier": rung}}


@pytest.fixture
def affine():
    """A router that keeps sessions and responses together, and what decides."""
    released, before = [], list(litellm.callbacks)

    def make(**economy):
        source = Changing()
        router = Router(
            model_list=[deployment("premium", 1), deployment("economy", 2, **economy)],
            optional_pre_call_checks=["session_affinity", "responses_api_deployment_check"],
            num_retries=0,
        )
        released.append(obey(router, source))
        return router, source

    yield make
    for release in released:
        release()
    litellm.callbacks = before


async def asked(router, **options):
    answer = await router.acompletion(model="answer", messages=HELLO, **options)
    return answer.choices[0].message.content


async def responded(router, **options):
    answer = await router.aresponses(model="answer", input="hello", **options)
    return answer.output[0].content[0].text, answer.id


async def test_a_session_pinned_to_a_deployment_steps_down_all_the_same(affine):
    router, source = affine()
    assert await asked(router, **SHARED) == "premium"
    assert await asked(router, **SHARED) == "premium"
    source.tier_in_force = Tier.ECONOMY
    assert await asked(router, **SHARED) == "economy"
    source.tier_in_force = None
    assert await asked(router, **SHARED) in {"premium", "economy"}  # its pin may be either by now


async def test_a_chain_of_responses_moves_within_the_account_that_knows_it(affine):
    router, source = affine()
    _, first = await responded(router)
    source.tier_in_force = Tier.ECONOMY
    assert (await responded(router, previous_response_id=first))[0] == "economy"


async def test_a_chain_of_responses_stays_where_alone_it_is_known(affine):
    router, source = affine(api_base="http://127.0.0.1:9/another/account")
    _, first = await responded(router)
    source.tier_in_force = Tier.ECONOMY
    assert (await responded(router, previous_response_id=first))[0] == "premium"
    assert (await responded(router))[0] == "economy"


async def test_a_filter_that_an_app_adds_later_chooses_among_what_is_permitted(affine):
    seen = []

    class Mine(CustomLogger):
        async def async_filter_deployments(self, healthy_deployments, **_):
            seen.append([d["model_info"]["routing_tier"] for d in healthy_deployments])
            return healthy_deployments

    router, source = affine()
    litellm.callbacks = [Mine(), *litellm.callbacks]
    source.tier_in_force = Tier.ECONOMY
    assert await asked(router) == "economy"
    assert seen == [["economy"]]


@pytest.mark.parametrize("name", KEYS_IN_METADATA)
def test_a_key_in_the_metadata_is_taken_first(name):
    assert caller_of("answer", {"metadata": {name: "c-7"}, "user": "u-1"}).key == "c-7"


@pytest.mark.parametrize("name", KEYS_IN_CALL)
def test_a_key_in_the_call_is_taken(name):
    assert caller_of("answer", {name: "c-7", "litellm_trace_id": "t"}).key == "c-7"


def test_calls_of_one_trace_without_any_key_stay_together(spans):
    with request(tenant="acme"):
        keys = {caller_of("answer", {"litellm_trace_id": str(n)}).key for n in range(3)}
    assert len(keys) == 1
    assert caller_of("answer", {"litellm_trace_id": "t-1"}).key == "t-1"
    assert keys == {f"{spans.one('request').context.trace_id:032x}"}


def test_the_user_of_the_request_around_is_a_key(spans):
    with request(tenant="acme", user="u-1"):
        assert caller_of("answer", {}).key == "u-1"
    assert spans.one("request")
    assert Attribution().user is None


@pytest.mark.parametrize(
    ("metadata", "tenant"),
    [
        ({"tenant": "forged"}, None),
        ({"tenant": "forged", "user_api_key_team_alias": "acme"}, "acme"),
        ({"tenant": "forged", "user_api_key_team_id": "t-1"}, "t-1"),
        ({"user_api_key_metadata": {"tenant": "own"}, "user_api_key_team_alias": "acme"}, "own"),
        ({"user_api_key_team_metadata": {"tenant": "teams"}, "user_api_key_team_alias": "acme"}, "teams"),
    ],
    ids=["body", "team", "team id", "key", "team metadata"],
)
def test_behind_a_proxy_the_tenant_is_whom_the_key_belongs_to(metadata, tenant):
    assert proxy_caller_of("answer", {"metadata": metadata}).tenant == tenant


def test_a_growing_share_only_moves_keys_down_also_over_two_tiers():
    tables = [
        DecisionTable().applied(document(decision(Tier.STANDARD), decision(Tier.ECONOMY, share=share)))[0]
        for share in (0.25, 0.5, 0.75, 1.0)
    ]
    for n in range(200):
        tiers = [list(Tier).index(table.tier_for(key=f"c-{n}", at=NINE).tier) for table in tables]
        assert tiers == sorted(tiers)
