"""The real LiteLLM Router, its deployments on a real HTTP server, under verdicts."""

import asyncio
import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import monotonic

import pytest
from opentelemetry import baggage, context
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from instrumentation import attribution, request
from instrumentation.decision_table import DecisionTable
from instrumentation.downgrade import Mode, Scope, Tier
from instrumentation.obedience import TierUnavailable
from instrumentation.reader import DowngradeReader
from tests.instrumentation.decisions import NINE, decision, document, eventually, fresh_board, publish, publishing

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # no download at import

import litellm
from litellm import Router
from litellm.types.router import RouterRateLimitError

from instrumentation.litellm_router import obey

ORDER = {"premium": 1, "standard": 2, "economy": 3, "cached_only": 4}
HELLO = [{"role": "user", "content": "hello"}]


@dataclass
class Provider:
    """An OpenAI-compatible provider that answers with the name of the model it was asked for."""

    url: str = ""
    broken: set[str] = field(default_factory=set)
    busy: set[str] = field(default_factory=set)
    asked: Counter[str] = field(default_factory=Counter)

    def answer(self, model: str) -> tuple[int, dict]:
        self.asked[model] += 1
        if model in self.broken:
            return 500, {"error": {"message": f"{model} is broken", "type": "server_error"}}
        if model in self.busy:
            return 429, {"error": {"message": f"{model} is busy", "type": "rate_limit_error"}}
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": model}}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        return 200, {
            "id": "c",
            "object": "chat.completion",
            "created": 1,
            "model": model,
            "choices": [choice],
            "usage": usage,
        }


@pytest.fixture
def provider() -> Iterator[Provider]:
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # headers and body are two writes; together they would cost 40 ms

        def do_POST(self):
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, answer = provider.answer(asked["model"])
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    provider.url = f"http://127.0.0.1:{server.server_port}/v1"
    yield provider
    server.shutdown()
    server.server_close()


class Decided:
    """The decisions of one document, without a publisher."""

    def __init__(self, *decisions):
        self.table = DecisionTable().applied(document(*decisions))[0]

    def tier(self, **asked):
        return self.table.tier_for(**{**asked, "key": asked["key"] or ""}, at=NINE)


@pytest.fixture
def make(provider):
    """Routers whose deployments are named by their rung; one with another name stands on none."""
    released = []

    def make_router(
        *decisions, group="answer", rungs=("premium", "economy"), order=ORDER, source=None, options=None, **settings
    ):
        groups = {group: rungs} if isinstance(group, str) else group
        deployments = [
            deployment(name, rung, order.get(rung)) for name, all_rungs in groups.items() for rung in all_rungs
        ]
        router = Router(model_list=deployments, **{"num_retries": 0, **settings})
        released.append(obey(router, source or Decided(*decisions), **(options or {})))
        return router

    def deployment(group, rung, order):
        params = {"model": f"openai/{rung}", "api_key": "none", "api_base": provider.url, "max_retries": 0}
        info = {"routing_tier": rung} if rung in set(Tier) else {}
        return {"model_name": group, "litellm_params": {**params, "order": order}, "model_info": info}

    yield make_router
    for release in released:
        release()


async def asynchronously(router, model="answer", **options):
    answer = await router.acompletion(model=model, messages=HELLO, **options)
    return answer.choices[0].message.content


async def synchronously(router, model="answer", **options):
    answer = await asyncio.to_thread(router.completion, model=model, messages=HELLO, **options)
    return answer.choices[0].message.content


both = pytest.mark.parametrize("ask", [asynchronously, synchronously])


@both
async def test_without_a_decision_the_router_chooses_as_ever(make, ask):
    assert await ask(make()) == "premium"


@both
async def test_a_decision_reaches_the_next_request(make, ask):
    assert await ask(make(decision(Tier.ECONOMY))) == "economy"


@both
async def test_another_tenant_is_not_affected(make, ask):
    router = make(decision(Tier.ECONOMY, Scope(tenant="acme", route="help")))
    assert await ask(router, metadata={"tenant": "acme", "route": "help"}) == "economy"
    assert await ask(router, metadata={"tenant": "acme", "route": "other"}) == "premium"
    assert await ask(router, metadata={"tenant": "other", "route": "help"}) == "premium"


@both
async def test_the_caller_is_read_from_litellm_metadata_too(make, ask):
    router = make(decision(scope=Scope(tenant="acme")))
    assert await ask(router, litellm_metadata={"tenant": "acme"}) == "economy"


async def test_the_caller_is_read_from_baggage(make):
    router = make(decision(scope=Scope(tenant="acme", route="help")))
    carried = baggage.set_baggage("burnline.tenant", "acme", baggage.set_baggage("burnline.route", "help"))
    token = context.attach(carried)
    assert await asynchronously(router) == "economy"
    context.detach(token)
    assert await asynchronously(router) == "premium"


@both
async def test_the_model_of_a_scope_is_the_model_group(make, ask):
    router = make(
        decision(scope=Scope(model="answer")), group={"answer": ("premium", "economy"), "other": ("premium", "economy")}
    )
    assert await ask(router) == "economy"
    assert await ask(router, "other") == "premium"


@both
async def test_a_missing_rung_is_served_by_a_lower_one_never_a_higher_one(make, ask):
    assert await ask(make(decision(Tier.STANDARD))) == "economy"


@both
@pytest.mark.parametrize("rungs", [("premium",), ("unlabelled",)])
async def test_no_request_is_stranded_when_no_deployment_stands_low_enough(make, ask, rungs):
    assert await ask(make(decision(Tier.ECONOMY), rungs=rungs)) == rungs[0]


@both
async def test_a_rung_without_a_model_is_handed_to_the_app_once_and_unchanged(make, ask, provider):
    router = make(decision(Tier.SOURCES_ONLY, user_notice="Showing sources only."), num_retries=2)
    began = monotonic()
    with pytest.raises(TierUnavailable) as caught:
        await ask(router)
    assert caught.value.verdict.decision.user_notice == "Showing sources only."
    assert provider.asked == {}
    assert monotonic() - began < 1  # retries would wait


@both
async def test_a_deployment_may_stand_for_cached_answers(make, ask):
    assert await ask(make(decision(Tier.CACHED_ONLY), rungs=("premium", "cached_only"))) == "cached_only"


@both
async def test_a_quarter_is_a_quarter_and_a_conversation_stays_on_its_side(make, ask):
    router = make(decision(share=0.25))
    served = {}
    for n in range(60):
        served[n] = await ask(router, metadata={"request_key": f"c-{n}"})
    assert 7 <= list(served.values()).count("economy") <= 23  # 15 expected, 2.5 standard deviations; the keys are fixed
    for n in range(0, 60, 6):
        assert await ask(router, metadata={"request_key": f"c-{n}"}) == served[n]


@both
async def test_retries_stay_under_the_verdict(make, ask, provider):
    provider.broken = {"economy"}
    with pytest.raises((litellm.InternalServerError, RouterRateLimitError)):
        await ask(make(decision(), num_retries=2, retry_after=0))
    assert set(provider.asked) == {"economy"}


@both
async def test_failing_over_inside_a_group_does_not_lead_upwards(make, ask, provider):
    provider.broken = {"economy"}
    cheap_first = {"economy": 1, "premium": 2}
    with pytest.raises((litellm.InternalServerError, RouterRateLimitError)):
        await ask(make(decision(), order=cheap_first, enable_weighted_failover=True))
    assert set(provider.asked) == {"economy"}
    assert await ask(make(order=cheap_first)) == "premium"


@both
async def test_a_retry_after_a_busy_rung_cools_down_does_not_lead_upwards(make, ask, provider):
    provider.busy = {"economy"}
    with pytest.raises((litellm.RateLimitError, RouterRateLimitError)):
        await ask(make(decision(), order={}, num_retries=2, retry_after=0))
    assert set(provider.asked) == {"economy"}


@both
@pytest.mark.parametrize("order", [{}, {"premium": 1}, {"economy": 1, "premium": 2}], ids=str)
async def test_a_new_request_is_not_stranded_while_all_low_rungs_cool_down(make, ask, provider, order):
    provider.busy = {"economy"}
    router = make(decision(), order=order)
    with pytest.raises((litellm.RateLimitError, RouterRateLimitError)):
        await ask(router)
    assert await ask(router) == "premium"


@both
async def test_unless_the_operator_rather_refuses_it(make, ask, provider):
    provider.busy = {"economy"}
    router = make(decision(), order={}, options={"upward": False})
    for _ in range(2):
        with pytest.raises((litellm.RateLimitError, RouterRateLimitError)):
            await ask(router)
    assert set(provider.asked) == {"economy"}


@both
async def test_without_a_decision_a_retry_may_lead_above_the_baseline(make, ask, provider):
    provider.busy = {"economy"}
    assert await ask(make(order={}, options={"baseline": Tier.ECONOMY}, num_retries=2, retry_after=0)) == "premium"


@both
async def test_a_router_that_refuses_upwards_still_serves_a_group_without_low_rungs(make, ask):
    assert await ask(make(decision(), rungs=("premium",), options={"upward": False})) == "premium"


@both
@pytest.mark.parametrize("order", [{}, {"premium": 1}, {"economy": 1}, {"premium": 1, "economy": 1}], ids=str)
async def test_a_downgrade_holds_whatever_order_deployments_carry(make, ask, order):
    router = make(decision(), order=order)
    assert [await ask(router) for _ in range(5)] == ["economy"] * 5


@both
async def test_an_error_fallback_does_not_undo_a_downgrade(make, ask, provider):
    provider.broken = {"economy"}
    router = make(
        decision(), group={"answer": ("economy",), "backup": ("premium",)}, fallbacks=[{"answer": ["backup"]}]
    )
    with pytest.raises(litellm.InternalServerError):
        await ask(router)
    assert provider.asked["premium"] == 0


@both
async def test_an_error_fallback_works_as_ever_without_a_decision(make, ask, provider):
    provider.broken = {"economy"}
    router = make(group={"answer": ("economy",), "backup": ("premium",)}, fallbacks=[{"answer": ["backup"]}])
    assert await ask(router) == "premium"


@both
async def test_an_error_fallback_to_a_group_with_a_low_enough_rung_is_served_from_that_rung(make, ask, provider):
    provider.broken = {"economy"}
    groups = {"answer": ("economy",), "backup": ("premium", "cached_only")}
    assert await ask(make(decision(), group=groups, fallbacks=[{"answer": ["backup"]}])) == "cached_only"


@both
async def test_a_fallback_is_judged_as_the_group_that_was_asked_for(make, ask, provider):
    provider.broken = {"economy"}
    groups = {"answer": ("economy",), "backup": ("premium", "cached_only")}
    router = make(decision(scope=Scope(model="answer")), group=groups, fallbacks=[{"answer": ["backup"]}])
    assert await ask(router) == "cached_only"


@both
async def test_the_fallback_check_a_router_was_made_with_is_still_asked(make, ask, provider):
    provider.broken = {"economy"}
    asked = []

    async def nobody(**fallback):
        asked.append(fallback["model"])
        return False

    groups = {"answer": ("economy",), "backup": ("premium",)}
    router = make(group=groups, fallbacks=[{"answer": ["backup"]}], fallback_access_check=nobody)
    with pytest.raises(litellm.InternalServerError):
        await ask(router)
    assert asked == ["backup"]


@both
async def test_an_alias_of_a_group_obeys(make, ask):
    router = make(decision(), model_group_alias={"nickname": "answer"})
    assert await ask(router, "nickname") == "economy"


@both
async def test_a_wildcard_group_obeys(ask):
    params = {"model": "openai/*", "api_key": "none"}
    group = [
        {
            "model_name": "openai/*",
            "litellm_params": {**params, "mock_response": rung},
            "model_info": {"routing_tier": rung},
        }
        for rung in ("premium", "economy")
    ]
    router = Router(model_list=group)
    release = obey(router, Decided(decision()))
    assert [await ask(router, "openai/any") for _ in range(5)] == ["economy"] * 5
    release()


@both
async def test_two_routers_of_one_process_do_not_mix(make, ask):
    obedient, other = make(decision(Tier.ECONOMY)), make()
    assert await ask(obedient) == "economy"
    assert await ask(other) == "premium"


@both
async def test_a_released_router_is_as_before(provider, ask):
    params = {"api_key": "none", "api_base": provider.url}
    router = Router(
        model_list=[
            {
                "model_name": "answer",
                "litellm_params": {"model": f"openai/{rung}", "order": n, **params},
                "model_info": {"routing_tier": rung},
            }
            for n, rung in enumerate(("premium", "economy"))
        ]
    )
    callbacks = list(litellm.callbacks)
    release = obey(router, Decided(decision()))
    assert await ask(router) == "economy"
    release()
    assert await ask(router) == "premium"
    assert (type(router), litellm.callbacks) == (Router, callbacks)
    release()  # once is enough, twice does no harm


async def test_the_app_may_replace_the_callbacks_afterwards(make):
    router, before = make(decision()), list(litellm.callbacks)
    litellm.callbacks = []
    try:
        assert await asynchronously(router) == "economy"
    finally:
        litellm.callbacks = before


@both
async def test_a_change_of_routing_strategy_does_not_end_obedience(make, ask):
    router = make(decision())
    router.update_settings(routing_strategy="least-busy")
    assert await ask(router) == "economy"


@both
@pytest.mark.parametrize(
    "strategy", ["simple-shuffle", "least-busy", "latency-based-routing", "usage-based-routing-v2"]
)
async def test_every_strategy_that_has_both_ways_obeys(make, ask, strategy):
    assert await ask(make(decision(), routing_strategy=strategy)) == "economy"


@both
async def test_a_baseline_is_served_when_there_is_no_decision(make, ask):
    router = make(
        decision(scope=Scope("acme")), rungs=("economy", "standard", "premium"), options={"baseline": Tier.STANDARD}
    )
    assert await ask(router) == "standard"
    assert await ask(router, metadata={"tenant": "acme"}) == "economy"


@both
async def test_a_manual_decision_for_the_top_exempts_a_tenant(make, ask):
    exempt = decision(Tier.PREMIUM, Scope("acme"), mode=Mode.MANUAL)
    router = make(exempt, decision(Tier.ECONOMY))
    assert await ask(router, metadata={"tenant": "acme"}) == "premium"
    assert await ask(router) == "economy"


def test_one_router_obeys_one_reader(make):
    with pytest.raises(ValueError, match="already obeys a reader"):
        obey(make(), Decided())


def test_a_custom_routing_strategy_is_refused_with_a_way_out(make):
    class Mine(litellm.types.router.CustomRoutingStrategyBase):
        pass

    router = Router(model_list=[])
    router.set_custom_routing_strategy(Mine())
    with pytest.raises(ValueError, match=r"instrumentation\.obedience\.choose"):
        obey(router, Decided())
    with pytest.raises(ValueError, match="Mine"):
        make().set_custom_routing_strategy(Mine())


@pytest.fixture
def spans():
    exporter = InMemorySpanExporter()
    tracing = TracerProvider()
    tracing.add_span_processor(SimpleSpanProcessor(exporter))
    return tracing.get_tracer("test"), exporter


@pytest.mark.parametrize("way", ["async", "sync"])
def test_the_verdict_is_recorded_on_the_current_span(make, spans, way):
    tracer, exporter = spans
    router = make(decision(id="d-7", scope=Scope("acme")))
    for tenant in ("acme", "other"):
        with tracer.start_as_current_span("request"):
            call = {"model": "answer", "messages": HELLO, "metadata": {"tenant": tenant}}
            asyncio.run(router.acompletion(**call)) if way == "async" else router.completion(**call)
    ours = [
        {k: v for k, v in span.attributes.items() if k.startswith("burnline.")}
        for span in exporter.get_finished_spans()
    ]
    assert {"burnline.tier": "economy", "burnline.degraded": True, "burnline.decision_id": "d-7"} in ours
    assert {"burnline.tier": "premium", "burnline.degraded": False} in ours


async def test_the_request_around_the_call_says_who_it_is_for_and_learns_its_tier(make):
    router = make(decision(scope=Scope(tenant="acme", route="help")))
    with request(tenant="acme", route="help"):
        assert await asynchronously(router) == "economy"
        assert (attribution().tier, attribution().degraded) == ("economy", True)
    with request(tenant="acme", route="other"):
        assert await asynchronously(router) == "premium"
        assert (attribution().tier, attribution().degraded) == ("premium", False)


async def test_a_request_of_several_calls_is_degraded_when_one_of_them_was(make):
    router = make(decision(scope=Scope(route="help")))
    with request(tenant="acme"):
        await asynchronously(router, metadata={"route": "help"})
        await asynchronously(router, metadata={"route": "other"})
        assert attribution().degraded


def test_a_verdict_that_could_not_be_obeyed_is_not_called_degraded(make, spans):
    tracer, exporter = spans
    with tracer.start_as_current_span("request"):
        asyncio.run(asynchronously(make(decision(id="d-7"), rungs=("premium",))))
    recorded = dict(exporter.get_finished_spans()[-1].attributes)
    assert recorded["burnline.degraded"] is False
    assert recorded["burnline.decision_id"] == "d-7"
    assert recorded["burnline.tier"] == "premium"


@pytest.mark.parametrize("way", ["async", "sync"])
def test_what_only_the_app_can_serve_is_no_error_in_litellms_log(make, spans, way, caplog):
    tracer, exporter = spans
    router = make(decision(Tier.CACHED_ONLY, id="d-7"), rungs=("premium", "economy"))
    ask = {"async": lambda **call: asyncio.run(router.acompletion(**call)), "sync": router.completion}[way]
    with caplog.at_level("ERROR"), tracer.start_as_current_span("request"), pytest.raises(TierUnavailable):
        ask(model="answer", messages=HELLO)
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []
    assert exporter.get_finished_spans()[-1].attributes["burnline.decision_id"] == "d-7"


async def test_a_fallback_group_serves_the_rung_that_no_model_serves(make):
    groups = {"answer": ("premium",), "shelf": ("cached_only",)}
    router = make(decision(Tier.CACHED_ONLY), group=groups, fallbacks=[{"answer": ["shelf"]}])
    assert await asynchronously(router) == "cached_only"


async def test_a_router_follows_the_publisher_and_survives_its_death(make):
    board = fresh_board(lease_s=1.0)
    with publishing(board) as url:
        reader = DowngradeReader(url, poll_s=0.02, max_backoff_s=0.05).start()
        router = make(source=reader)
        assert await asynchronously(router) == "premium"
        publish(board, decision(scope=Scope("acme")))
        assert eventually(lambda: reader.status().seq == 1)
        assert await asynchronously(router, metadata={"tenant": "acme"}) == "economy"
        assert await asynchronously(router, metadata={"tenant": "other"}) == "premium"
    assert await asynchronously(router, metadata={"tenant": "acme"}) == "economy"
    assert eventually(lambda: not reader.tier(tenant="acme").degraded, within_s=timedelta(seconds=3).total_seconds())
    assert await asynchronously(router, metadata={"tenant": "acme"}) == "premium"
    reader.stop()
