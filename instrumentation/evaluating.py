"""Telling what an evaluator thinks of an answer: one event by the conventions, at once or hours later.

The event goes to OpenTelemetry's logger provider; `configure` sets one up, with OTLP, where there is none.
"""

import time
from typing import Final

from opentelemetry._logs import LogRecord, get_logger  # the API of logs has no public name yet
from opentelemetry.util.types import AttributeValue

from instrumentation import names
from instrumentation.fault_log import harmless
from instrumentation.operation import SCOPE_NAME

EVENT: Final = "gen_ai.evaluation.result"


@harmless("evaluation")
def evaluation(
    name: str,
    *,
    score: float | None = None,
    label: str | None = None,
    explanation: str | None = None,
    response_id: str | None = None,
    weight: float | None = None,
) -> None:
    """Say how an answer was judged: inside its span, or anywhere with the response id the provider gave.

    `weight` is 1 / the probability with which the answer was chosen to be judged: 20 where one in twenty is. Objectives
    over the measure called `name` count it as so many answers, and no more evidence than it is.
    """
    said: dict[str, AttributeValue | None] = {
        names.EVALUATION_NAME: name,
        names.EVALUATION_SCORE: None if score is None else float(score),
        names.EVALUATION_LABEL: label,
        names.EVALUATION_EXPLANATION: explanation,
        names.RESPONSE_ID: response_id,
        names.EVALUATION_WEIGHT: None if weight is None else float(weight),
    }
    told = {key: value for key, value in said.items() if value is not None}
    get_logger(SCOPE_NAME).emit(LogRecord(timestamp=time.time_ns(), event_name=EVENT, attributes=told))
