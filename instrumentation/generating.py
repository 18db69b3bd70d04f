"""Wrappers of model calls and embeddings, on util-genai's spans."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from opentelemetry.util.genai.types import InputMessage, OutputMessage, TextPart
from opentelemetry.util.types import AttributeValue

from instrumentation import names
from instrumentation.fault_log import harmless
from instrumentation.operation import Operation, detached, telemetry, unsuppressed
from instrumentation.responses import Reading, Usage, count_of, merge, read, usage_of
from instrumentation.wrapper import Handle, Wrapper

if TYPE_CHECKING:
    from opentelemetry.util.genai.invocation import EmbeddingInvocation, InferenceInvocation

USAGE_NAMES: Final[Mapping[str, str]] = {
    "cache_read_tokens": names.USAGE_CACHE_READ,
    "cache_write_tokens": names.USAGE_CACHE_WRITE,
    "cache_write_1h_tokens": names.USAGE_CACHE_WRITE_1H,
    "reasoning_tokens": names.USAGE_REASONING,
    "audio_input_tokens": names.USAGE_AUDIO_INPUT,
    "audio_output_tokens": names.USAGE_AUDIO_OUTPUT,
    "image_input_tokens": names.USAGE_IMAGE_INPUT,
    "image_output_tokens": names.USAGE_IMAGE_OUTPUT,
    "search_units": names.USAGE_SEARCH_UNITS,
}
"""Quantity to attribute, for all but the two totals. Set by us, because util-genai leaves a reported zero out."""


@dataclass(frozen=True, slots=True)
class RequestOptions:
    """What was asked of the model. None: left to the provider."""

    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    max_tokens: int | None = None
    seed: int | None = None
    request_choice_count: int | None = None
    stop_sequences: list[str] | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    reasoning_level: str | None = None
    output_type: str | None = None
    previous_response_id: str | None = None
    prompt_name: str | None = None
    prompt_version: str | None = None
    request_stream: bool | None = None
    """Whether chunks were asked for. A stream says so itself; a call that fails before there is one cannot."""


class ModelCall(Handle):
    """A running model call. Show it the response, or say the usage."""

    __slots__ = ("_reading", "_said")

    def __init__(self, operation: Operation) -> None:
        super().__init__(operation)
        self._reading = Reading()
        self._said = Usage()

    @harmless("response")
    def response(self, response: object) -> None:
        """Read usage, ids, finish reasons and service tier from a provider's response, or from one chunk of it."""
        self._still_open()
        merge(self._reading, read(response))

    def observe(self, result: object) -> None:
        """Read what a decorated function returned."""
        self.response(result)

    def begin_stream(self) -> None:
        """Say that it streams even if it fails before its first chunk."""
        self.set(names.REQUEST_STREAM, value=True)

    def observe_chunk(self, chunk: object) -> None:
        """Read one chunk of a stream."""
        merge(self._reading, read(chunk))

    @harmless("usage")
    def usage(
        self,
        *,
        input_tokens: int | None = None,
        output_tokens: int | None = None,
        cache_read_tokens: int | None = None,
        cache_write_tokens: int | None = None,
        cache_write_1h_tokens: int | None = None,
        reasoning_tokens: int | None = None,
    ) -> None:
        """Say the usage, over whatever a response says. Input includes cached tokens, output includes reasoning."""
        said = {
            "input_tokens": input_tokens,
            "output_tokens": output_tokens,
            "cache_read_tokens": cache_read_tokens,
            "cache_write_tokens": cache_write_tokens,
            "cache_write_1h_tokens": cache_write_1h_tokens,
            "reasoning_tokens": reasoning_tokens,
        }
        self._still_open()
        counts = {name: count_of(value) for name, value in said.items()}
        self._said.update(cast("Usage", {name: count for name, count in counts.items() if count is not None}))

    @harmless("options")
    def options(self, options: RequestOptions) -> None:
        """Say what was asked of the model."""
        for name in RequestOptions.__slots__:
            value = getattr(options, name)
            if value is not None:
                setattr(self._operation, name, value)

    @harmless("messages")
    def messages(
        self, *, sent: Iterable[Mapping[str, object]] = (), received: Iterable[Mapping[str, object]] = ()
    ) -> None:
        """Give the conversation as `{"role": ..., "content": ...}`; kept only where content capture is switched on."""
        call = cast("InferenceInvocation", self._operation)
        if call.should_capture_content:
            call.input_messages += [InputMessage(role, [TextPart(text)]) for role, text in _spoken(sent)]
            call.output_messages += [OutputMessage(role, [TextPart(text)]) for role, text in _spoken(received)]

    def last_words(self) -> None:
        """Put what was read on the span."""
        call = cast("InferenceInvocation", self._operation)
        reading = self._reading
        usage = usage_of(reading) | self._said
        call.input_tokens = usage.get("input_tokens")
        call.output_tokens = usage.get("output_tokens")
        call.response_id = reading.get("response_id")
        call.response_model_name = reading.get("response_model")
        reasons = reading.get("finish_reasons")
        if reasons:
            call.finish_reasons = [reasons[index] for index in sorted(reasons)]
        call.attributes.update(_extras(usage, reading, call.provider or ""))


class Embedding(ModelCall):
    """A running embedding call. Show it the response, or say the usage."""

    __slots__ = ()

    @harmless("response")
    def response(self, response: object) -> None:
        """Read usage and model from a provider's response, and how long its vectors are."""
        self._still_open()
        merge(self._reading, read(response))
        call = cast("EmbeddingInvocation", self._operation)
        call.dimension_count = _dimension_count(response)

    def last_words(self) -> None:
        """Put what was read on the span. An embedding has no output tokens, whatever a response fills in."""
        call = cast("EmbeddingInvocation", self._operation)
        usage = usage_of(self._reading) | self._said
        call.input_tokens = usage.get("input_tokens")
        call.response_model_name = self._reading.get("response_model")
        call.attributes.update(_extras({}, self._reading, call.provider or ""))


def model_call(
    provider: str,
    model: str | None = None,
    *,
    operation: str = "chat",
    server_address: str | None = None,
    server_port: int | None = None,
    conversation_id: str | None = None,
    options: RequestOptions | None = None,
    read: Callable[[ModelCall, object], None] | None = None,
) -> Wrapper[ModelCall]:
    """Wrap one call of a model: usage, ids, time to first chunk, errors.

    Decorated functions have their result read, streams at their end. In a `with` block, use `call.response(response)`
    or `for chunk in call.stream(stream)`. Wrap each attempt, not the loop around the attempts: each is billed.
    """

    def start(_name: str | None) -> Operation:
        invocation = telemetry().handler.inference(
            provider,
            request_model=model,
            operation_name=operation,
            server_address=server_address,
            server_port=server_port,
            conversation_id=conversation_id,
            context=unsuppressed(),
        )
        if options is not None:
            ModelCall(invocation).options(options)
        return detached(invocation)

    return Wrapper("model", start, ModelCall, read, takes_streams=True)


def embedding(
    provider: str,
    model: str | None = None,
    *,
    server_address: str | None = None,
    server_port: int | None = None,
    read: Callable[[Embedding, object], None] | None = None,
) -> Wrapper[Embedding]:
    """Wrap one call of an embedding model."""

    def start(_name: str | None) -> Operation:
        invocation = telemetry().handler.embedding(
            provider,
            request_model=model,
            server_address=server_address,
            server_port=server_port,
            context=unsuppressed(),
        )
        return detached(invocation)

    return Wrapper("embedding", start, Embedding, read)


def _extras(usage: Usage, reading: Reading, provider: str) -> dict[str, AttributeValue]:
    """Return the attributes util-genai has no setter for, or would leave out at zero."""
    extras: dict[str, AttributeValue] = {
        USAGE_NAMES[name]: cast("int", count) for name, count in usage.items() if name in USAGE_NAMES
    }
    if "fingerprint" in reading:
        extras[names.OPENAI_FINGERPRINT] = reading["fingerprint"]
    if "service_tier" in reading:
        openai = provider.startswith(("openai", "azure"))
        extras[names.OPENAI_SERVICE_TIER if openai else names.SERVICE_TIER] = reading["service_tier"]
    return extras


def _dimension_count(response: object) -> int | None:
    """Return the length of the first vector; None where vectors are encoded text or absent."""
    data = response.get("data") if isinstance(response, Mapping) else getattr(response, "data", None)
    first = data[0] if isinstance(data, list) and data else None
    vector = first.get("embedding") if isinstance(first, Mapping) else getattr(first, "embedding", None)
    return len(vector) if isinstance(vector, list) else None


def _spoken(messages: Iterable[Mapping[str, object]]) -> list[tuple[str, str]]:
    return [(str(message.get("role", "user")), str(message.get("content", ""))) for message in messages]
