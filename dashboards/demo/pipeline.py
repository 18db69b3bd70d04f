"""The serving app: router, exact and semantic cache, retriever, and a LiteLLM Router that obeys the downgrade signal.

Nothing here knows that it is a demo: each step is wrapped as in any app, and telemetry goes out over OTLP. This is the
only module besides the adapter that imports LiteLLM, which takes seconds and looks at the environment, so it is
imported when the demo begins and :mod:`dashboards.demo.surroundings` has been put in place.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Sequence

import litellm
import numpy as np
from litellm.router import Router
from litellm.types.llms.openai import AllMessageValues
from openai import APIError

from dashboards.demo.answer_cache import THRESHOLD, AnswerCache, Kept, Vector
from dashboards.demo.prompts import IN_USE, cited, context
from dashboards.demo.retrieval import Index, Passage
from dashboards.demo.traffic import CALLERS, Question
from instrumentation import cache, embedding, model_call, request, retriever, router
from instrumentation.downgrade import Tier
from instrumentation.litellm_router import obey
from instrumentation.reader import DowngradeReader
from instrumentation.serving import Request

_log = logging.getLogger(__name__)
ROUTE = "answer"
RUNGS = {Tier.PREMIUM: "gpt-5.4", Tier.STANDARD: "gpt-5.4-mini", Tier.ECONOMY: "gpt-5.4-nano"}
"""Which model serves a tier."""
_ANSWER, _BACKUP, _EMBED = "answer", "backup", "embed"
_EMBEDDING_MODEL, _DIMENSIONS = "text-embedding-3-small", 256
_TOP_K = 3
_TIMEOUT_S = 20.0
_DAY_S = 86_400
_TENANTS = sorted({caller.tenant for caller in CALLERS})


class Pipeline:
    """Answers questions."""

    def __init__(self, provider_url: str, reader: DowngradeReader, found_in: Sequence[Passage]) -> None:
        _quiet()
        self._reader, self._index = reader, Index(found_in)
        self._caches: dict[str, AnswerCache] = defaultdict(AnswerCache)
        self._models = Router(
            model_list=_deployments(provider_url),
            fallbacks=[{_ANSWER: [_BACKUP]}],
            num_retries=0,
            disable_cooldowns=True,  # a model that cools down would step down by itself, and this is about who decides
            timeout=_TIMEOUT_S,
        )
        self._release = obey(self._models, reader, baseline=Tier.PREMIUM)

    async def warm_up(self) -> None:
        """Make each kind of call once, unwatched: the first ones load half of LiteLLM."""
        await self._models.aembedding(model=_EMBED, input=["warm up"], dimensions=_DIMENSIONS)
        prompt: list[AllMessageValues] = [{"role": "user", "content": "\nWarm up."}]
        for group in (_ANSWER, _BACKUP):
            await self._models.acompletion(model=group, messages=prompt)

    async def ask(self, asked: Question) -> None:
        """Serve one question; an answer that cannot be given is an error of the request, not of the app."""
        who = asked.caller
        try:
            with request(
                tenant=who.tenant, team=who.team, feature=who.feature, route=ROUTE, environment="demo"
            ) as serving:
                await self._answer(asked, serving)
        except APIError as error:  # the root of all that LiteLLM raises for a provider
            _log.debug("no answer: %s", error)

    def close(self) -> None:
        """Let the router go."""
        self._release()

    async def _answer(self, asked: Question, serving: Request) -> str:
        known = self._caches[asked.caller.tenant]
        self._choose_tier(asked)
        found = _look_up_exact(known, asked.text)
        if found is not None:
            return found.answer
        vector = await self._embed(asked.text)
        found = _look_up_similar(known, vector)
        if found is not None:
            return found.answer
        sources = self._retrieve(asked)
        answer = await self._generate(asked, sources)
        _tell_citations(serving, answer, sources)
        known.keep(asked.text, vector, answer, time.monotonic())
        return answer

    def _choose_tier(self, asked: Question) -> None:
        with router(candidates=list(RUNGS)) as route:
            verdict = self._reader.tier(tenant=asked.caller.tenant, route=ROUTE, key=asked.key)
            reason = "nothing burns" if verdict.decision is None else verdict.decision.reason
            route.chose(verdict.tier or Tier.PREMIUM, reason, degraded=verdict.degraded)

    async def _embed(self, text: str) -> Vector:
        with embedding("openai", _EMBEDDING_MODEL) as call:
            response = await self._models.aembedding(model=_EMBED, input=[text], dimensions=_DIMENSIONS)
            call.response(response)
        return np.array(response.data[0]["embedding"])

    def _retrieve(self, asked: Question) -> list[Passage]:
        with retriever("handbook", top_k=_TOP_K, index_version=self._index.version) as retrieval:
            found = self._index.best(asked.text, _TOP_K, asked.caller.tenant)
            retrieval.documents([_told(passage, score) for passage, score in found])
            retrieval.permissions(checked=True)
        return [passage for passage, _ in found]

    async def _generate(self, asked: Question, found: Sequence[Passage]) -> str:
        messages: list[AllMessageValues] = [
            {"role": "system", "content": context(IN_USE, found)},
            {"role": "user", "content": f"{asked.text}\n{asked.document}".strip()},
        ]
        with model_call("openai", _ANSWER) as call:
            response = await self._models.acompletion(
                model=_ANSWER, messages=messages, metadata={"request_key": asked.key}
            )
            call.response(response)
        return str(response.choices[0].message.content)


def _told(passage: Passage, score: float) -> dict[str, object]:
    return {
        "id": passage.topic,
        "score": score,
        "text": passage.text,
        "age_s": passage.age_days * _DAY_S,
        "allowed": _TENANTS if passage.tenant is None else [passage.tenant],
    }


def _tell_citations(serving: Request, answer: str, sources: Sequence[Passage]) -> None:
    """Say which passages the answer names, by what they are called; a number that nobody gave is called by itself."""
    named = [sources[at - 1].topic if at <= len(sources) else str(at) for at in cited(answer)]
    serving.citations(claims=1, cited=min(1, len(named)), ids=named)


def _look_up_exact(known: AnswerCache, text: str) -> Kept | None:
    with cache("exact") as lookup:
        now_s = time.monotonic()
        found = known.exact(text, now_s)
        if found is None:
            lookup.miss()
        else:
            lookup.hit(age_s=now_s - found.kept_at_s)
        return found


def _look_up_similar(known: AnswerCache, vector: Vector) -> Kept | None:
    with cache("semantic", threshold=THRESHOLD) as lookup:
        now_s = time.monotonic()
        found, similarity = known.nearest(vector, now_s) or (None, None)
        if found is not None and similarity is not None and similarity >= THRESHOLD:
            lookup.hit(similarity=similarity, age_s=now_s - found.kept_at_s)
            return found
        lookup.miss(similarity=similarity)
        return None


def _deployments(url: str) -> list[dict[str, object]]:
    answering = [_deployment(url, _ANSWER, model, tier) for tier, model in RUNGS.items()]
    backup = _deployment(url, _BACKUP, RUNGS[Tier.ECONOMY], Tier.ECONOMY)
    return [*answering, backup, _deployment(url, _EMBED, _EMBEDDING_MODEL, None)]


def _deployment(url: str, group: str, model: str, tier: Tier | None) -> dict[str, object]:
    """Describe a deployment in LiteLLM's shape; the key is one that no provider would take."""
    access = {"model": f"openai/{model}", "api_base": url, "api_key": "demo", "max_retries": 0}
    return {
        "model_name": group,
        "litellm_params": access,
        "model_info": {} if tier is None else {"routing_tier": tier.value},
    }


def _quiet() -> None:
    """Errors are part of the story and shown by the server; LiteLLM would print each of them as well."""
    litellm.suppress_debug_info = True
    litellm.telemetry = False
    for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
