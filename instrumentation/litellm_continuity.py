"""Conversations whose state lies with a provider stay where it lies.

A Responses API call that names the response before it (``previous_response_id``) is understood only by the account that
made that response. Under a downgrade it moves to another model of the same account; where there is none on a permitted
rung, it stays with its deployment, because an unknown response would be an error and no saving. Other affinities (of a
session or a key to a deployment, for prompt caches) are preferences, and the verdict comes before them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from litellm.responses.utils import ResponsesAPIRequestUtils

Deployment = dict[str, Any]
_ACCOUNT = ("custom_llm_provider", "api_base", "api_key", "api_version", "organization", "litellm_credential_name")


def understood(
    kept: Sequence[Deployment], healthy: Sequence[Deployment], request: Mapping[str, Any]
) -> list[Deployment]:
    """Return those of ``kept`` that know the response a request goes on from, else the one that made it."""
    holder = _holder(healthy, request.get("previous_response_id"))
    if holder is None:
        return list(kept)
    return [deployment for deployment in kept if _account(deployment) == _account(holder)] or [holder]


def _holder(healthy: Sequence[Deployment], response_id: object) -> Deployment | None:
    if not isinstance(response_id, str):
        return None
    made_by = ResponsesAPIRequestUtils.decode_responses_api_response_id(response_id=response_id).get("model_id")
    return next((deployment for deployment in healthy if deployment["model_info"]["id"] == made_by), None)


def _account(deployment: Deployment) -> tuple[object, ...]:
    params = deployment["litellm_params"]
    provider = str(params.get("model", "")).partition("/")[0]
    return (provider, *(params.get(name) for name in _ACCOUNT))
