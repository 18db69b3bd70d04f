"""Who a LiteLLM call is for: read from its arguments, without importing LiteLLM.

An app's own calls say it themselves. Behind a LiteLLM proxy the body is a stranger's word: there the tenant is whom the
key belongs to, which LiteLLM puts beside the body under names that a body cannot set.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from opentelemetry.trace import get_current_span

from instrumentation.tenancy import attribution

# What keeps a conversation on one side of a share, the first that is given: in the metadata, then in the call itself.
KEYS_IN_METADATA = ("request_key", "session_id", "conversation_id")
KEYS_IN_CALL = ("litellm_session_id", "prompt_cache_key", "safety_identifier", "user")
KEYS_OF_PROXY = ("user_api_key_end_user_id", "user_api_key_user_id", "user_api_key_hash")
# Whom the key of a proxy belongs to, the first that is given.
TENANTS_OF_PROXY = ("user_api_key_team_alias", "user_api_key_team_id", "user_api_key_org_alias", "user_api_key_org_id")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who a request is for; ``key`` keeps a conversation on one side of a share."""

    tenant: str | None
    route: str | None
    model: str | None
    key: str | None


def caller_of(model: str, request: Mapping[str, Any]) -> Caller:
    """Read the caller from a LiteLLM request, else from the request around it; a fallback keeps the first model group.

    Calls without any key that belong to one trace stay on one side together.

    >>> caller_of("answer", {"metadata": {"tenant": "acme"}, "litellm_session_id": "c-7"})
    Caller(tenant='acme', route=None, model='answer', key='c-7')
    """
    known, said = metadata_of(request), attribution()
    return Caller(
        tenant=_text(known.get("tenant")) or said.tenant,
        route=_text(known.get("route")) or said.route,
        model=_text(known.get("original_model_group")) or model,
        key=_first(known, KEYS_IN_METADATA) or _first(request, KEYS_IN_CALL) or said.user or _trace(request),
    )


def proxy_caller_of(model: str, request: Mapping[str, Any]) -> Caller:
    """Read the caller of a request to a LiteLLM proxy: the tenant from its key, never from its body.

    The metadata of a key or its team may say ``tenant`` and ``route``; else its team, or its organisation, is the
    tenant, and the body's metadata may say the route.

    >>> key = {"user_api_key_team_alias": "acme", "user_api_key_hash": "h", "tenant": "other", "route": "answer"}
    >>> proxy_caller_of("gpt", {"metadata": key, "user": "u-1"})
    Caller(tenant='acme', route='answer', model='gpt', key='u-1')
    """
    known, said = metadata_of(request), attribution()
    own = {**_mapping(known.get("user_api_key_team_metadata")), **_mapping(known.get("user_api_key_metadata"))}
    return Caller(
        tenant=_text(own.get("tenant")) or _first(known, TENANTS_OF_PROXY),
        route=_text(own.get("route")) or _text(known.get("route")) or said.route,
        model=_text(known.get("original_model_group")) or model,
        key=_first(known, KEYS_IN_METADATA) or _first(request, KEYS_IN_CALL) or _first(known, KEYS_OF_PROXY),
    )


def metadata_of(request: Mapping[str, Any]) -> dict[str, Any]:
    """Join the two places where LiteLLM keeps metadata; which one it is depends on the endpoint.

    >>> metadata_of({"litellm_metadata": {"tenant": "acme"}, "metadata": None})
    {'tenant': 'acme'}
    """
    return {**_mapping(request.get("litellm_metadata")), **_mapping(request.get("metadata"))}


def _trace(request: Mapping[str, Any]) -> str | None:
    """Name the trace that a call belongs to, else what LiteLLM calls one."""
    around = get_current_span().get_span_context()
    return f"{around.trace_id:032x}" if around.is_valid else _text(request.get("litellm_trace_id"))


def _first(known: Mapping[str, Any], names: Iterable[str]) -> str | None:
    return next((text for name in names if (text := _text(known.get(name))) is not None), None)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
