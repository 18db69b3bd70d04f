"""The tables of meters are complete: every usage class can be billed, every known word of a provider is read."""

import pytest

from analytics.focus.meters import METERS
from analytics.reconciliation import meters
from analytics.reconciliation.usage_types import anthropic_meter, aws_meter, focus_meter, openai_meter
from collector.dialects.usage_classes import UsageClass

NOT_BILLED = {
    # images by the piece and requests have no word of their own in these reports
    "openai": {"cache_write_1h", "images", "requests"},
    "anthropic": {"audio_in", "audio_cache_read", "audio_out", "image_in", "image_out", "images", "requests"},
    "aws": {"audio_cache_read", "image_in", "image_out", "images", "requests"},
}


def classes(*tables):
    return {str(found) for table in tables for found in table.values() if found is not None}


def test_every_usage_class_has_a_word_in_each_report_that_bills_it():
    everything = {str(usage_class) for usage_class in UsageClass}
    assert classes(meters.OPENAI_DIRECTIONS, meters.OPENAI_TOOLS) == everything - NOT_BILLED["openai"]
    anthropic = classes(meters.ANTHROPIC_TOKEN_TYPES, meters.ANTHROPIC_COST_TYPES)
    assert anthropic == everything - NOT_BILLED["anthropic"]
    assert classes(meters.AWS_METERS) == everything - NOT_BILLED["aws"]
    assert classes(meters.FOCUS_METERS) == everything


def test_every_table_is_keyed_in_lower_case():
    tables = (meters.OPENAI_TOOLS, meters.AWS_METERS, meters.AWS_MARKETPLACE_METERS, meters.AWS_MODELS)
    words = [word for table in (*tables, meters.FOCUS_METERS, meters.UNITS, meters.ISSUERS) for word in table]
    assert [word for word in words if word != word.lower()] == []


@pytest.mark.parametrize("word", meters.AWS_METERS)
@pytest.mark.parametrize("routing", ["", "-cross-region-global", "-batch", "-global-standard"])
def test_every_meter_of_bedrock_is_read_whatever_follows_it(word, routing):
    assert aws_meter(f"USE1-Claude4.5Haiku-{word}{routing}") == ("claude-haiku-4-5", meters.AWS_METERS[word])


@pytest.mark.parametrize("direction", meters.OPENAI_DIRECTIONS)
def test_every_direction_of_openai_is_read_with_and_without_tier(direction):
    modality, word = direction
    item = f"gpt-x {modality}, {word}" if modality != "text" else f"gpt-x, {word}"
    found = ("gpt-x", meters.OPENAI_DIRECTIONS[direction])
    assert openai_meter(item) == openai_meter(f"priority | {item}, long context") == found


@pytest.mark.parametrize("token_type", meters.ANTHROPIC_TOKEN_TYPES)
def test_every_token_type_of_anthropic_is_read(token_type):
    assert anthropic_meter("tokens", "claude", token_type) == ("claude", meters.ANTHROPIC_TOKEN_TYPES[token_type])


@pytest.mark.parametrize("usage_class", METERS)
def test_every_meter_of_our_own_export_is_read_by_its_name_and_by_its_details(usage_class):
    meter = METERS[usage_class]
    assert focus_meter(meter.name, {"x_ModelId": "gpt-x"}) == ("gpt-x", usage_class)
    plain = {key.removeprefix("x_"): value for key, value in meter.details.items()}
    if plain:
        assert focus_meter(None, plain) == focus_meter("no such meter", meter.details) == (None, usage_class)


DETAILS = [
    ({"TokenDirection": "Input"}, UsageClass.INPUT_UNCACHED),
    ({"TokenDirection": "input", "TokenCacheAction": "write"}, UsageClass.CACHE_WRITE_5M),
    ({"TokenDirection": "Output", "TokenCacheAction": "Uncached", "TokenModality": "Text"}, UsageClass.OUTPUT),
    ({"TokenDirection": "Input", "TokenCacheAction": "Other"}, None),
]


@pytest.mark.parametrize(("details", "usage_class"), DETAILS)
def test_details_that_are_not_said_are_the_plain_case(details, usage_class):
    assert focus_meter(None, details).usage_class == usage_class


UNKNOWN = [
    (openai_meter(None), (None, None)),
    (openai_meter("gpt-x, input, on the moon"), ("gpt-x", None)),
    (openai_meter("gpt-x smell, input"), ("gpt-x", None)),
    (openai_meter("whoever | gpt-x, input"), (None, None)),
    (openai_meter("gpt-4o-mini-transcribe"), (None, None)),
    (anthropic_meter("tokens", "claude", "dreams"), ("claude", None)),
    (anthropic_meter(None, None, None), (None, None)),
    (aws_meter("USE1-NovaPro-input-tokens-custom-model"), (None, None)),
    (aws_meter("USE1-Claude9Epic-input-tokens"), (None, UsageClass.INPUT_UNCACHED)),
    (aws_meter("USE1-MP:USE1_InputTokenCount_Moon-Units"), (None, None)),
    (focus_meter("Furlongs", {}), (None, None)),
]


@pytest.mark.parametrize(("found", "expected"), UNKNOWN)
def test_a_word_in_no_table_leaves_the_grain_open_and_is_never_guessed(found, expected):
    assert found == expected
