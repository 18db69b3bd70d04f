"""A LiteLLM Router that obeys the downgrade signal.

    reader = DowngradeReader("http://127.0.0.1:8320").start()
    release = obey(router, reader)

Deployments say which rung they stand on: ``model_info: {"routing_tier": "economy"}`` (LiteLLM reserves ``tier``). Each
request then keeps the deployments of the rung the verdict asks for, else of a lower rung, else what it had. Who asks is
read from the call's ``metadata`` or ``litellm_metadata`` (``tenant``, ``route``, ``request_key``), else from the
``request(...)`` around it; ``model`` is the model group. Retries and error fallbacks stay under the verdict: a fallback
group that stands only above it is skipped. A rung that no model serves raises ``TierUnavailable`` for the app to serve.

How it holds, with LiteLLM 1.106: the router's class is replaced by a subclass, so that neither a later assignment to
``litellm.callbacks`` nor a change of routing strategy ends it, and two routers of one process never mix.

- Async calls pass through LiteLLM's filter hook (``CustomLogger.async_filter_deployments``).
- Sync calls never reach that hook; for them, selection runs rung by rung, with the other rungs excluded.
- A call that names one deployment by its id, is out of reach; so is a custom routing strategy, which is refused.
"""

import math
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any, Protocol

import litellm
from litellm.integrations.custom_logger import CustomLogger
from litellm.router import Router
from litellm.types.router import RouterRateLimitError
from opentelemetry import trace

from instrumentation.decision_table import Verdict
from instrumentation.downgrade import LADDER, WITHOUT_MODEL, Tier, rungs_at_or_below
from instrumentation.litellm_caller import Caller, caller_of, metadata_of
from instrumentation.litellm_class import is_filtering, obedient, refuse_out_of_reach
from instrumentation.litellm_continuity import understood
from instrumentation.names import DEGRADED, TIER
from instrumentation.obedience import TierUnavailable, choose, rung
from instrumentation.tenancy import Attribution, amend, attribution

Deployment = Mapping[str, Any]

# The verdict that the deployment of this call was chosen under.
_judged: ContextVar[Verdict | None] = ContextVar("burnline_judged", default=None)
_DECISION_ID = "burnline.decision_id"
# How LiteLLM's own failover narrows a selection; the sync path narrows by the same means.
_SELECTION_ARGUMENTS = ("_excluded_deployment_ids", "_target_order")


class _AnyOrder:
    """Compares equal to every ``order``, so that LiteLLM's order filter keeps what the verdict chose."""

    __hash__ = None  # type: ignore[assignment] # equal to everything, so it cannot have one

    def __eq__(self, other: object) -> bool:
        return True


class VerdictSource(Protocol):
    """What answers for a request: a ``DowngradeReader``, or anything like it."""

    def tier(
        self, *, tenant: str | None = None, route: str | None = None, model: str | None = None, key: str | None = None
    ) -> Verdict:
        """Judge one request."""


def obey(
    router: Router,
    source: VerdictSource,
    *,
    tier_key: str = "routing_tier",
    baseline: Tier | None = None,
    upward: bool = True,
    caller: Callable[[str, Mapping[str, Any]], Caller] = caller_of,
) -> Callable[[], None]:
    """Make ``router`` follow the verdicts of ``source``; returns what ends it.

    ``baseline`` is the rung to serve from when there is no decision; None leaves that to the router, which would spread
    a group of several rungs over all of them unless deployments carry LiteLLM's ``order``. ``upward`` lets a new
    request be served above its verdict while all deployments at or below are cooling down after errors, so that none
    is stranded; a retry or fallback after an error never is.
    """
    refuse_out_of_reach(router)
    obedience = Obedience(router, source, tier_key, caller, baseline=baseline, upward=upward)
    free = type(router)
    router.__class__ = obedient(free, obedience)
    obedience.attach()

    def release() -> None:
        if getattr(router, "_burnline", None) is obedience:
            router.__class__ = free
            litellm.callbacks = [callback for callback in litellm.callbacks if callback is not obedience]

    return release


class Obedience(CustomLogger):
    """One router under one source."""

    def __init__(
        self,
        router: Router,
        source: VerdictSource,
        tier_key: str,
        caller: Callable[[str, Mapping[str, Any]], Caller],
        *,
        baseline: Tier | None,
        upward: bool,
    ) -> None:
        super().__init__()
        self._router, self._source, self._caller, self._tier_key = router, source, caller, tier_key
        self._baseline, self._upward = baseline, upward

    def attach(self) -> None:
        """Put the hook where LiteLLM looks for it, before all others: an app may have replaced the list since.

        LiteLLM's affinity checks are in the list too and keep one deployment; after them there is nothing to choose.
        """
        before = litellm.callbacks[: litellm.callbacks.index(self)] if self in litellm.callbacks else [None]
        if not all(isinstance(callback, Obedience) for callback in before):
            # A list of its own: another call may be walking through the one that is there.
            litellm.callbacks = [self, *(callback for callback in litellm.callbacks if callback is not self)]

    async def async_filter_deployments(
        self,
        model: str,
        healthy_deployments: list[dict[str, Any]],
        messages: object,  # noqa: ARG002 - LiteLLM's signature
        request_kwargs: dict[str, Any] | None = None,
        parent_otel_span: object = None,  # noqa: ARG002 - LiteLLM's signature
    ) -> list[dict[str, Any]]:
        """Keep the deployments a request may use."""
        if not is_filtering(self):
            return healthy_deployments
        verdict = self.verdict(model, request_kwargs)
        _judged.set(verdict)
        kept = list(choose(healthy_deployments, self._floored(verdict), tier_of=self.tier_of))
        served = rung(kept, self._floored(verdict).tier, tier_of=self.tier_of)
        if served is None and self._stays_down(verdict, request_kwargs or {}) and self._slices(model, verdict.tier):
            return []  # LiteLLM then says that none is available, and for how long
        return understood(kept, healthy_deployments, request_kwargs or {})

    def select(
        self, choice: Callable[..., Any], model: str, request: dict[str, Any], arguments: Mapping[str, Any]
    ) -> Any:  # noqa: ANN401 - LiteLLM returns a deployment as a plain dict
        """Choose a deployment on the sync path: rung by rung, each time with all others excluded."""
        verdict = self.verdict(model, request)
        _judged.set(verdict)
        stays_down = self._stays_down(verdict, request)
        own = {name: request.pop(name, None) for name in _SELECTION_ARGUMENTS}
        slices = self._slices(model, self._floored(verdict).tier)
        cooling: RouterRateLimitError | None = None
        for ids in slices:
            request["_excluded_deployment_ids"] = self._all_ids() - ids | set(own["_excluded_deployment_ids"] or ())
            request["_target_order"] = _AnyOrder() if own["_target_order"] is None else own["_target_order"]
            try:
                chosen = choice(model=model, request_kwargs=request, **arguments)
            except RouterRateLimitError as error:
                cooling = error  # all of this slice are cooling down
            else:
                return chosen
            finally:
                for name in _SELECTION_ARGUMENTS:
                    request.pop(name, None)
        if verdict.tier in WITHOUT_MODEL:
            raise TierUnavailable(verdict)
        if cooling is not None and stays_down:
            raise cooling
        request.update({name: value for name, value in own.items() if value is not None})
        return choice(model=model, request_kwargs=request, **arguments)

    def refuse(self, model: str, request: Mapping[str, Any]) -> None:
        """Raise ``TierUnavailable`` at once where no deployment of any group serves the rung.

        A request without any key is drawn anew each time it is judged, so it is judged only where its deployment is.
        """
        _judged.set(None)
        if self._caller(model, request).key is None:
            return
        verdict = self.verdict(model, request)
        if verdict.tier in WITHOUT_MODEL and rung(self._router.model_list, verdict.tier, tier_of=self.tier_of) is None:
            _record(verdict, None)
            raise TierUnavailable(verdict)

    def record(self, chosen: Deployment) -> None:
        """Say on the current span, and of the request around it, what was decided and at which rung it is served."""
        verdict = _judged.get()
        if verdict is not None:
            _record(verdict, self.tier_of(chosen))

    def veto(self, check: Callable[..., Any] | None) -> Callable[..., Any]:
        """Refuse a fallback to a group that only stands above the verdict, then ask the check that was there."""

        async def fallback_access_check(*, model: str, request_kwargs: Mapping[str, Any], llm_router: Router) -> bool:
            floor = self.verdict(model, request_kwargs).tier
            tiers = {self.tier_of(deployment) for deployment in llm_router.get_model_list(model_name=model) or ()}
            if floor is not None and tiers and None not in tiers and tiers.isdisjoint(rungs_at_or_below(floor)):
                return False
            return check is None or await check(model=model, request_kwargs=request_kwargs, llm_router=llm_router)

        return fallback_access_check

    def verdict(self, model: str, request: Mapping[str, Any] | None) -> Verdict:
        """Judge one LiteLLM request."""
        who = self._caller(model, request or {})
        return self._source.tier(tenant=who.tenant, route=who.route, model=who.model, key=who.key)

    def tier_of(self, deployment: Deployment) -> Tier | None:
        """Read the rung a deployment stands on; None when it names none of the ladder."""
        name = (deployment.get("model_info") or {}).get(self._tier_key)
        return next((tier for tier in LADDER if tier == name), None)

    def _floored(self, verdict: Verdict) -> Verdict:
        return verdict if verdict.tier is not None else Verdict(self._baseline)

    def _stays_down(self, verdict: Verdict, request: Mapping[str, Any]) -> bool:
        """Whether this call may not be served above its verdict although all below are cooling down."""
        known = metadata_of(request)
        after_an_error = known.get("attempted_retries") or known.get("attempted_fallbacks")
        failing_over = any(request.get(name) is not None for name in _SELECTION_ARGUMENTS)
        return verdict.tier is not None and (not self._upward or bool(after_an_error) or failing_over)

    def _slices(self, model: str, floor: Tier | None) -> list[set[str]]:
        """Cut a group into sets of ids in the order they are to be tried: rung by rung, ``order`` by ``order``."""
        slices: dict[tuple[int, float], set[str]] = {}
        rungs = () if floor is None else rungs_at_or_below(floor)
        for deployment in self._router.get_model_list(model_name=model) or () if rungs else ():
            tier, order = self.tier_of(deployment), deployment["litellm_params"].get("order")
            if tier in rungs:
                place = (rungs.index(tier), math.inf if order is None else float(order))
                slices.setdefault(place, set()).add(deployment["model_info"]["id"])
        return [slices[place] for place in sorted(slices)]

    def _all_ids(self) -> set[str]:
        return {deployment["model_info"]["id"] for deployment in self._router.model_list}


def obedience_of(router: Router) -> Obedience | None:
    """Return what makes a router obey; None when it is free."""
    found = getattr(router, "_burnline", None)
    return found if isinstance(found, Obedience) else None


def _record(verdict: Verdict, served: Tier | None) -> None:
    """Say what was decided, and at which rung it is served; None: at none that is known."""
    obeyed = verdict.tier is not None and served in rungs_at_or_below(verdict.tier)
    degraded = verdict.degraded and obeyed
    span = trace.get_current_span()
    # A request of several calls counts as degraded when one of them was.
    sofar = bool(attribution().degraded)
    amend(Attribution(tier=None if served is None else served.value, degraded=degraded or sofar))
    span.set_attribute(DEGRADED, degraded)
    if served is not None:
        span.set_attribute(TIER, served.value)
    if verdict.decision is not None:
        span.set_attribute(_DECISION_ID, verdict.decision.id)
