"""How much one answer may cost, so that a question about traces never holds up the server. Every limit is said."""

SPANS_PER_ANSWER = 50_000
"""10,000 spans of a dozen attributes are 15 MB of Jaeger's JSON; a browser draws no more than a few of these."""
PAYLOAD_BYTES_PER_ANSWER = 256 * 2**20
"""Stored requests that are read for one answer, before compression; about a second of decoding."""
PAYLOAD_BYTES_AT_ONCE = 16 * 2**20
"""Of these, how much is in memory at once."""
SEARCH_NS = 8_000_000_000
"""How long a search looks before it answers with what it has; Grafana gives up after 30 s."""
FIRST_PAGE = 2_000
LARGEST_PAGE = 32_000
"""Spans a search looks at in one go, newest first; each go takes twice as many as the one before."""
MOST_TRACES = 1_000
"""Traces of one search."""
MOST_NAMES = 1_000
"""Services, operations, names and values of tags in one answer."""
SAMPLED_PAYLOADS = 64
"""The newest stored requests in which names and values of tags are looked up."""
