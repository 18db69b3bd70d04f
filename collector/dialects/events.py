"""Log events that are kept; every other record is rejected and counted.

gen_ai.evaluation.result                    what an evaluator, a run over a golden set or a person says of an answer
gen_ai.client.inference.operation.details   contents of a call, where they are captured
gen_ai.client.operation.exception           what went wrong in a call
burnline.evaluation.gate                    whether a change may go ahead, by `burnline eval gate`
"""

from typing import Final

EVALUATION: Final = "gen_ai.evaluation.result"
GATE: Final = "burnline.evaluation.gate"
KEPT_EVENTS: Final = (
    EVALUATION,
    "gen_ai.client.inference.operation.details",
    "gen_ai.client.operation.exception",
    GATE,
)
