"""The month's usage as spans that emitters send."""

from collections.abc import Sequence

from tests.analytics.derive.house import Sent
from tests.laws.money_world import Used


def spans(requests: Sequence[Sequence[Used]]) -> list[Sent]:
    """The spans of the requests: an entry, and its calls."""
    found: list[Sent] = []
    for trace, calls in enumerate(requests, start=1):
        first = calls[0]
        words = {} if first.team is None else {"burnline.team": first.team}
        found.append(Sent(trace, 1, None, start_at_ns=first.start_ns, duration_s=20, kind="request", says=words,
                          service=first.service))  # fmt: skip
        found += [
            Sent(trace, number, 1, start_at_ns=one.start_ns, kind="model", failed=one.failed, service=one.service,
                 says=_said(one, f"response-{trace}-{number}"))
            for number, one in enumerate(calls, start=2)
        ]  # fmt: skip
    return found


def _said(one: Used, response: str) -> dict[str, object]:
    usage = one.usage
    written, hour = usage.get("cache_write_5m", 0), usage.get("cache_write_1h", 0)
    told = {
        "gen_ai.provider.name": one.provider,
        "gen_ai.request.model": one.model,
        "gen_ai.response.id": response,
        "gen_ai.usage.input_tokens": one.prompt_tokens,
        "gen_ai.usage.output_tokens": usage["output"],
        "gen_ai.usage.cache_read.input_tokens": usage.get("cache_read", 0),
        "gen_ai.usage.cache_write.input_tokens": written + hour,
        "burnline.usage.cache_write_1h": hour,
        "burnline.usage.search_units": usage.get("search_units", 0),
        "openai.response.service_tier": one.tier,
        "cloud.region": one.region,
    }
    return {key: value for key, value in told.items() if value is not None}
