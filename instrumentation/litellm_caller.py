"""Who a LiteLLM call is for: read from its arguments, without importing LiteLLM."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from instrumentation.tenancy import attribution


@dataclass(frozen=True, slots=True)
class Caller:
    """Who a request is for; ``key`` keeps a conversation on one side of a share."""

    tenant: str | None
    route: str | None
    model: str | None
    key: str | None


def caller_of(model: str, request: Mapping[str, Any]) -> Caller:
    """Read the caller from a LiteLLM request, else from the request around it; a fallback keeps the first model group.

    >>> caller_of("answer", {"metadata": {"tenant": "acme"}, "litellm_session_id": "c-7"})
    Caller(tenant='acme', route=None, model='answer', key='c-7')
    """
    known, said = metadata_of(request), attribution()
    return Caller(
        tenant=_text(known.get("tenant")) or said.tenant,
        route=_text(known.get("route")) or said.route,
        model=_text(known.get("original_model_group")) or model,
        key=_text(
            known.get("request_key")
            or known.get("session_id")
            or request.get("litellm_session_id")
            or request.get("litellm_trace_id")
        ),
    )


def metadata_of(request: Mapping[str, Any]) -> dict[str, Any]:
    """Join the two places where LiteLLM keeps metadata; which one it is depends on the endpoint.

    >>> metadata_of({"litellm_metadata": {"tenant": "acme"}, "metadata": None})
    {'tenant': 'acme'}
    """
    return {**(request.get("litellm_metadata") or {}), **(request.get("metadata") or {})}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
