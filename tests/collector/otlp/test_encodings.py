"""T5 and L1: every encoding inflates what it should, and never past the limit."""

import gzip
import time
import zlib

import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from collector.otlp.encodings import ENCODINGS, inflated, normalised
from collector.otlp.limits import Limits
from collector.otlp.refusals import Unsupported
from collector.signals import Malformed, TooLarge
from tests.collector.otlp.peers import refusal_reason

LIMITS = Limits(body_bytes=1_000_000)
MIB = 1 << 20


def raw_deflate(body):
    compressor = zlib.compressobj(wbits=-15)
    return compressor.compress(body) + compressor.flush()


COMPRESS = {
    "identity": bytes,
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "raw deflate": raw_deflate,
    "zstd": zstd.compress,
}
EACH = pytest.mark.parametrize("name", list(COMPRESS))
COMPRESSED = pytest.mark.parametrize("name", [name for name in COMPRESS if name != "identity"])


def encoding(name):
    return name.removeprefix("raw ")


@EACH
@given(body=st.binary(max_size=5_000))
def test_inflating_what_was_compressed_gives_it_back(name, body):
    assert inflated(COMPRESS[name](body), encoding(name), LIMITS) == body


@COMPRESSED
@given(garbage=st.binary(min_size=1, max_size=100))
def test_garbage_is_refused_and_never_raises_anything_else(name, garbage):
    reason = refusal_reason(lambda: inflated(garbage, encoding(name), LIMITS))
    assert reason in {"bad_encoding", "cut_off", "trailing_data", None}


@EACH
def test_a_body_may_be_as_long_as_the_limit_and_not_a_byte_longer(name):
    assert len(inflated(COMPRESS[name](bytes(1_000_000)), encoding(name), LIMITS)) == 1_000_000
    with pytest.raises(TooLarge, match="over 1000000 bytes after decompression"):
        inflated(COMPRESS[name](bytes(1_000_001)), encoding(name), LIMITS)


@COMPRESSED
def test_a_bomb_of_128_mib_is_stopped_at_the_limit_at_once(name):
    bomb = COMPRESS[name](bytes(128 * MIB))
    started = time.perf_counter()
    with pytest.raises(TooLarge):
        inflated(bomb, encoding(name), Limits())
    assert time.perf_counter() - started < 2, "64 MiB take about 0.05 s on an idle machine"


@COMPRESSED
def test_a_stream_cut_off_anywhere_is_malformed(name):
    whole = COMPRESS[name](bytes(range(256)) * 3)
    for end in range(len(whole)):
        with pytest.raises(Malformed):
            inflated(whole[:end], encoding(name), LIMITS)


@pytest.mark.parametrize("name", ["gzip", "zstd"])
def test_several_members_share_one_budget(name):
    member = COMPRESS[name](bytes(400_000))
    assert len(inflated(member * 2, name, LIMITS)) == 800_000
    with pytest.raises(TooLarge):
        inflated(member * 3, name, LIMITS)


@pytest.mark.parametrize("name", ["gzip", "zstd"])
def test_more_members_than_the_limit_are_refused_even_when_empty(name):
    empty = COMPRESS[name](b"")
    assert inflated(empty * 16, name, LIMITS) == b""
    with pytest.raises(Malformed, match="more than 16 compressed members"):
        inflated(empty * 17, name, LIMITS)


@pytest.mark.parametrize("name", ["deflate", "raw deflate"])
def test_deflate_ends_with_its_stream(name):
    with pytest.raises(Malformed):
        inflated(COMPRESS[name](b"spans") + b"more", encoding(name), LIMITS)


def test_bytes_after_a_gzip_member_that_are_no_member_are_malformed():
    with pytest.raises(Malformed, match="not valid gzip"):
        inflated(gzip.compress(b"spans") + b"more", "gzip", LIMITS)


def test_a_zstd_frame_that_asks_for_a_huge_window_is_refused():
    options = {zstd.CompressionParameter.window_log: 27, zstd.CompressionParameter.enable_long_distance_matching: 1}
    compressor = zstd.ZstdCompressor(options=options)
    frame = compressor.compress(b"spans") + compressor.flush()
    with pytest.raises(Malformed, match="not valid zstd"):
        inflated(frame, "zstd", LIMITS)


def test_zstd_frames_of_the_usual_sizes_need_no_larger_window():
    body = bytes(range(256)) * 80_000  # 20 MB in one go, at the level with the largest default window
    assert inflated(zstd.compress(body, level=19), "zstd", Limits()) == body


@pytest.mark.parametrize(
    ("header", "coding"),
    [(b"", "identity"), (b"identity", "identity"), (b"GZip", "gzip"), (b"x-gzip", "gzip"), (b" zstd ,", "zstd")],
)
def test_a_content_encoding_is_read_whatever_its_case(header, coding):
    assert normalised(header) == coding


@pytest.mark.parametrize("header", [b"br", b"snappy", b"\xff\xfe"])
def test_an_unknown_encoding_is_unsupported_and_the_known_ones_are_named(header):
    with pytest.raises(Unsupported, match="'zstd'") as refused:
        normalised(header)
    assert refused.value.reason == "unknown_encoding"


def test_stacked_encodings_are_unsupported_because_each_layer_multiplies_a_bomb():
    with pytest.raises(Unsupported, match="2 stacked"):
        normalised(b"gzip, gzip")


def test_every_encoding_that_is_offered_inflates():
    assert set(ENCODINGS) == {encoding(name) for name in COMPRESS}
