"""How much does a wrapped model call cost more than the bare util-genai span with the same attributes?

Both make the same span, on a provider with a processor that throws spans away, inside a request with six attribution
fields, without message content. Rounds alternate, so that a noisy neighbour hits both alike. The clock is the thread's
CPU time; the figures are medians of rounds, the differences medians of the rounds' differences.

    python -m tests.benchmarks.wrappers
"""

import gc
import statistics
import time
import timeit
from collections.abc import Callable, Iterator
from typing import Any

from openai.types.chat import ChatCompletion, ChatCompletionChunk
from opentelemetry import trace
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.util.genai.handler import TelemetryHandler

from instrumentation import faults, model_call, request, tenancy
from instrumentation.sdk import AttributionProcessor
from tests.instrumentation.provider import CHAT, chat_chunks

ROUNDS = 200
CALLS = 60
CHUNKS = 400
LIMIT_US = 50.0
SAID = {"tenant": "acme", "team": "support", "feature": "assistant", "route": "answer", "tier": "standard"}
EXTRAS = {
    "burnline.kind": "model",
    **{f"burnline.{name}": value for name, value in SAID.items()},
    "burnline.cost_center": "cc-7",
    "gen_ai.usage.cache_read.input_tokens": 64,
    "gen_ai.usage.reasoning.output_tokens": 8,
    "gen_ai.usage.audio.input_tokens": 0,
    "openai.response.service_tier": "flex",
    "openai.response.system_fingerprint": "fp_1",
}
ANSWER = ChatCompletion.model_validate(CHAT)


class LastAttributes(SpanProcessor):
    """Throws spans away, but remembers the last one's attribute names, to compare like with like."""

    names: frozenset[str] = frozenset()

    def on_end(self, span: Any) -> None:
        """Remember the names."""
        self.names = frozenset(span.attributes)


def bare(handler: TelemetryHandler) -> Callable[[], None]:
    """Start and stop util-genai's span, every attribute given."""

    def call() -> None:
        with handler.inference("openai", request_model="gpt-4o") as invocation:
            invocation.input_tokens = 100
            invocation.output_tokens = 20
            invocation.response_id = "chatcmpl-1"
            invocation.response_model_name = "gpt-4o-2024-08-06"
            invocation.finish_reasons = ["stop"]
            invocation.attributes.update(EXTRAS)

    return call


def wrapped() -> None:
    """Wrap a call and show it the client's response object."""
    with model_call("openai", "gpt-4o") as call:
        call.response(ANSWER)


def told() -> None:
    """Wrap a call and say its usage outright."""
    with model_call("openai", "gpt-4o") as call:
        call.usage(input_tokens=100, output_tokens=20, cache_read_tokens=64, reasoning_tokens=8)


@model_call("openai", "gpt-4o")
def decorated() -> ChatCompletion:
    """Answer at once."""
    return ANSWER


def stream_of(chunks: list[ChatCompletionChunk]) -> Iterator[ChatCompletionChunk]:
    """Stream as a generator does."""
    yield from chunks


def per_call_us(function: Callable[[], object], calls: int = CALLS) -> float:
    """Return the mean time of one call in microseconds."""
    return timeit.timeit(function, number=calls, timer=time.thread_time) / calls * 1e6


def compare(baseline: Callable[[], object], candidate: Callable[[], object]) -> tuple[float, float, float]:
    """Return medians in microseconds: baseline, candidate, and what the candidate costs more."""
    rounds = [(per_call_us(baseline), per_call_us(candidate)) for _ in range(ROUNDS)]
    return (
        statistics.median(base for base, _ in rounds),
        statistics.median(other for _, other in rounds),
        statistics.median(other - base for base, other in rounds),
    )


def per_chunk_us() -> tuple[float, float]:
    """Return the time of one chunk, plain and watched, in microseconds."""
    first, second, *_ = (ChatCompletionChunk.model_validate(chunk) for chunk in chat_chunks(with_usage=True))
    chunks = [first, *[second] * (CHUNKS - 1)]

    def watched() -> None:
        with model_call("openai", "gpt-4o") as call:
            for _ in call.stream(stream_of(chunks)):
                pass

    def plain() -> None:
        for _ in stream_of(chunks):
            pass

    rounds = [(per_call_us(plain, 2) / CHUNKS, per_call_us(watched, 2) / CHUNKS) for _ in range(ROUNDS // 4)]
    return statistics.median(base for base, _ in rounds), statistics.median(other for _, other in rounds)


COMPARED = {
    "with, OpenAI response read": wrapped,
    "decorator, OpenAI response read": decorated,
    "with, usage said": told,
}


def main() -> None:
    """Measure and print."""
    last = LastAttributes()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(AttributionProcessor())
    tenancy.ATTRIBUTED.add(provider)  # as configure() leaves it
    provider.add_span_processor(last)
    plain_provider = TracerProvider(shutdown_on_exit=False)
    plain_last = LastAttributes()
    plain_provider.add_span_processor(plain_last)
    trace.set_tracer_provider(provider)
    call_bare = bare(TelemetryHandler(plain_provider))

    gc.disable()
    with request(**SAID, cost_center="cc-7"):
        for function in (call_bare, wrapped, decorated):
            function()
        if last.names != plain_last.names:
            raise SystemExit(f"not the same attributes: {sorted(last.names ^ plain_last.names)}")
        print((__doc__ or "").splitlines()[0])
        print(f"{'':34}{'bare us':>9}{'ours us':>9}{'more us':>9}{'ratio':>7}")
        for name, function in COMPARED.items():
            base, ours, more = compare(call_bare, function)
            print(f"{name:34}{base:9.1f}{ours:9.1f}{more:9.1f}{ours / base:7.2f}")
        plain, watched = per_chunk_us()
        print(f"{'one chunk of a stream':34}{plain:9.2f}{watched:9.2f}{watched - plain:9.2f}")
    print(f"limit for a call: {LIMIT_US:.0f} us more; faults: {faults() or 'none'}")


if __name__ == "__main__":
    main()
