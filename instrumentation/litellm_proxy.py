"""A LiteLLM proxy that obeys the downgrade signal; its clients need not know.

Beside the proxy's ``config.yaml``, in ``burnline_callback.py``:

    from instrumentation.litellm_proxy import ObedientProxy
    from instrumentation.reader import DowngradeReader

    burnline = ObedientProxy(DowngradeReader("http://127.0.0.1:8320", service="llm-proxy"))

and in the configuration ``litellm_settings: {callbacks: burnline_callback.burnline}``, with ``model_info:
{routing_tier: ...}`` on each deployment, as for any Router. LiteLLM reloads its own settings every 30 seconds; this
follows at once, and again whatever router the proxy replaces its own with.

The tenant is whom the key belongs to (``litellm_caller.proxy_caller_of``). A rung that no deployment serves is answered
at once, before anything is paid for, with status 422 and an error of type ``tier_unavailable`` whose ``param`` is the
tier and whose message may be shown; OpenAI's clients do not repeat that. A deployment with a ``mock_response`` on such
a rung serves it with a fixed answer instead.
"""

import logging
import sys
from collections.abc import Callable, Mapping
from typing import Any

from litellm.integrations.custom_logger import CustomLogger
from litellm.proxy._types import ProxyException
from litellm.router import Router

from instrumentation.decision_table import Verdict
from instrumentation.downgrade import WITHOUT_MODEL, Tier
from instrumentation.litellm_caller import Caller, proxy_caller_of
from instrumentation.litellm_router import Obedience, VerdictSource, obedience_of, obey
from instrumentation.obedience import rung

_log = logging.getLogger(__name__)
_STATUS = 422
_SERVER = "litellm.proxy.proxy_server"


class ObedientProxy(CustomLogger):
    """Makes the proxy it is a callback of obey ``source``, which is started if it can be.

    ``options`` are those of :func:`instrumentation.litellm_router.obey`: ``baseline``, ``upward``, ``tier_key``.
    """

    def __init__(
        self,
        source: VerdictSource,
        *,
        caller: Callable[[str, Mapping[str, Any]], Caller] = proxy_caller_of,
        **options: Any,  # noqa: ANN401 - handed on as they are
    ) -> None:
        super().__init__()
        self._source, self._caller, self._options = source, caller, options
        start = getattr(source, "start", None)
        if start is not None:
            start()

    async def async_pre_call_hook(
        self,
        user_api_key_dict: object,  # noqa: ARG002 - LiteLLM's signature
        cache: object,  # noqa: ARG002 - LiteLLM's signature
        data: dict[str, Any],
        call_type: str,  # noqa: ARG002 - LiteLLM's signature
    ) -> None:
        """Make the router obey, and answer at once what no deployment can."""
        router = getattr(sys.modules.get(_SERVER), "llm_router", None)
        if isinstance(router, Router):
            self._refuse_what_nobody_serves(self._obeying(router), router, data)

    def _obeying(self, router: Router) -> Obedience | None:
        """Return what makes this router obey; an operator's custom strategy is left alone, and that is said."""
        found = obedience_of(router)
        if found is None:
            try:
                obey(router, self._source, caller=self._caller, **self._options)
            except ValueError:
                _log.exception("the proxy does not obey the downgrade signal")
        return obedience_of(router)

    def _refuse_what_nobody_serves(self, obedience: Obedience | None, router: Router, data: Mapping[str, Any]) -> None:
        model = data.get("model")
        if obedience is None or not isinstance(model, str):
            return
        verdict = obedience.verdict(model, data)
        group = router.get_model_list(model_name=model) or ()
        if verdict.tier in WITHOUT_MODEL and rung(group, verdict.tier, tier_of=obedience.tier_of) is None:
            raise _unavailable(verdict, verdict.tier)


def _unavailable(verdict: Verdict, tier: Tier) -> ProxyException:
    decision = verdict.decision
    notice = None if decision is None else decision.user_notice or decision.reason
    message = notice or f"no deployment serves {tier.value}, which is all that is in force"
    return ProxyException(message=message, type="tier_unavailable", param=tier.value, code=_STATUS)
