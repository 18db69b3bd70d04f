"""The class that a LiteLLM Router has while it obeys: LiteLLM's own, with its choices under a verdict.

A subclass and not only a callback, so that neither a later assignment to ``litellm.callbacks`` nor a change of routing
strategy ends it, and two routers of one process never mix.
"""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any, Protocol

from litellm.router import Router

_NO_CUSTOM_STRATEGY = (
    "found a custom routing strategy ({found}), which replaces LiteLLM's selection and with it the downgrade; "
    "expected none: narrow the deployments inside the strategy with instrumentation.obedience.choose"
)


class Obedience(Protocol):
    """What decides for a router of this class."""

    def attach(self) -> None:
        """Put the filter hook where LiteLLM looks for it."""

    def refuse(self, model: str, request: Mapping[str, Any]) -> None:
        """Raise for a request that no deployment may serve."""

    def select(
        self, choice: Callable[..., Any], model: str, request: dict[str, Any], arguments: Mapping[str, Any]
    ) -> Any:  # noqa: ANN401 - LiteLLM returns a deployment as a plain dict
        """Choose a deployment on the sync path."""

    def record(self, chosen: Mapping[str, Any]) -> None:
        """Put on record what was chosen."""

    def veto(self, check: Callable[..., Any] | None) -> Callable[..., Any]:
        """Wrap the check of fallbacks."""


# The router whose deployments are being filtered; the hook is global to the process and is told no router.
_filtering: ContextVar[Obedience | None] = ContextVar("burnline_filtering", default=None)


def is_filtering(obedience: Obedience) -> bool:
    """Whether the deployments that are being filtered are those of this one's router."""
    return _filtering.get() is obedience


def obedient(free: type[Router], obedience: Obedience) -> type[Router]:
    """Derive the class a router has while it obeys."""

    class ObedientRouter(free):  # type: ignore[misc, valid-type] # the base is whatever class the router has
        """A Router under a downgrade signal."""

        _burnline = obedience

        async def async_get_healthy_deployments(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - LiteLLM's
            """Let the filter hook know whose deployments these are."""
            obedience.attach()
            token = _filtering.set(None if kwargs.get("health_check_probe") else obedience)
            try:
                return await super().async_get_healthy_deployments(*args, **kwargs)
            finally:
                _filtering.reset(token)

        async def async_get_available_deployment(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - LiteLLM's
            """Choose, and put on record what was chosen."""
            chosen = await super().async_get_available_deployment(*args, **kwargs)
            obedience.record(chosen)
            return chosen

        async def async_function_with_fallbacks(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - LiteLLM's
            """Say at once what only the app can serve: LiteLLM would log an error for each such request."""
            obedience.refuse(str(kwargs.get("model")), kwargs)
            return await super().async_function_with_fallbacks(*args, **kwargs)

        def get_available_deployment(
            self,
            model: str,
            messages: Any = None,  # noqa: ANN401 - LiteLLM's
            input: Any = None,  # noqa: A002, ANN401 - LiteLLM's
            specific_deployment: bool | None = False,  # noqa: FBT001, FBT002 - LiteLLM's
            request_kwargs: dict[str, Any] | None = None,
        ) -> Any:  # noqa: ANN401 - LiteLLM's
            """Choose on the sync path, which has no filter hook."""
            choice = super().get_available_deployment
            rest = {"messages": messages, "input": input, "specific_deployment": specific_deployment}
            if specific_deployment or (model not in self.model_names and self.has_model_id(model)):
                return choice(model=model, request_kwargs=request_kwargs, **rest)
            chosen = obedience.select(choice, model, {} if request_kwargs is None else request_kwargs, rest)
            obedience.record(chosen)
            return chosen

        @property
        def fallback_access_check(self) -> Callable[..., Any]:
            """Veto fallbacks upwards; the check the router was made with is asked as well."""
            return obedience.veto(vars(self)["fallback_access_check"])

        def set_custom_routing_strategy(self, CustomRoutingStrategy: Any) -> None:  # noqa: N803, ANN401 - LiteLLM's
            """Refuse: a custom strategy replaces all selection, the obedient one included."""
            raise ValueError(_NO_CUSTOM_STRATEGY.format(found=type(CustomRoutingStrategy).__name__))

    return ObedientRouter


def refuse_out_of_reach(router: Router) -> None:
    """Raise for a router that another reader or a custom strategy has."""
    if hasattr(router, "_burnline"):
        raise ValueError("found a router that already obeys a reader; expected one reader per router: release it first")
    if "get_available_deployment" in vars(router):
        raise ValueError(_NO_CUSTOM_STRATEGY.format(found="one"))
