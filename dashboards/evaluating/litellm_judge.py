"""A judge of any provider, through LiteLLM; what its calls cost is said by our price book, not by LiteLLM."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import litellm

from analytics.evaluation.judging import CannotJudge, ModelJudge, Prompt, Said
from analytics.evaluation.pricing import cost_usd
from analytics.evaluation.settings import JudgeSettings
from analytics.prices import PriceBook, PriceKey
from instrumentation.responses import read, usage_of

_SAID = 200


def litellm_judge(settings: JudgeSettings, book: PriceBook, at: datetime) -> ModelJudge:
    """Build a judge; the model is named as LiteLLM does, ``openai/gpt-4o-mini``."""
    name = settings.model or ""
    provider, slash, model = name.rpartition("/")
    asked_of = (provider.partition("/")[0] or None) if slash else None

    def price(usage: Mapping[str, int], answered: str | None) -> Decimal | None:
        for one in filter(None, (answered, model)):
            cost = cost_usd(book, PriceKey(asked_of, one), usage, at)
            if cost is not None:
                return cost
        return None

    return ModelJudge(settings, lambda prompt: _completed(settings, name, prompt), price)


def _completed(settings: JudgeSettings, model: str, prompt: Prompt) -> Said:
    messages = [{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.user}]
    try:
        answer: Any = litellm.completion(
            model=model,
            messages=messages,
            temperature=0,
            max_tokens=settings.max_tokens,
            timeout=settings.timeout_s,
            api_base=settings.api_base,
            num_retries=0,  # a retry is a call, and every call is counted
            drop_params=True,
        )
    except Exception as error:
        raise CannotJudge(f"{type(error).__name__}: {error}"[:_SAID]) from error
    reading = read(answer)
    text = answer.choices[0].message.content if answer.choices else None
    usage = {key: value for key, value in usage_of(reading).items() if isinstance(value, int)}
    return Said(text or "", usage, reading.get("response_model"))
