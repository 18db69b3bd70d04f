"""Figures that spans tell about quality, freshness, caches and permissions: measure -> the attributes that mean it.

    cache.hit               1 for a lookup that found something, else 0
    retrieval.score         score of the best document found
    retrieval.score_gap     how far it is before the second one
    retrieval.documents     how many documents were found
    retrieval.duplicates    how many of them repeat another one
    retrieval.age_s         age of the oldest document used, in seconds
    citation.coverage       share of the answer's claims that cite a source, 0..1
    citation.valid          share of the citations that hold, 0..1
    permission.checked      1 where documents were filtered by what the user may see, else 0
    permission.violations   documents shown that the user may not see

    chunk_chars             no measure: characters of each document found, a JSON list; kept beside the span

A column of a measure is called as the measure. Evaluations are measures too, by the name of the evaluation; they come
as log events.
"""

from collector.dialects.fields import COLUMNS
from collector.dialects.sources import Column, Reading, Source
from collector.dialects.versions import VERSION_COLUMNS


def _measure(name: str, *sources: tuple[str, Reading, str]) -> Column:
    return Column(name, tuple(Source(key, reading, emitters) for key, reading, emitters in sources))


_DOCUMENTS = "gen_ai.retrieval.documents->"

MEASURE_COLUMNS = (
    _measure("cache.hit", ("burnline.cache.hit", Reading.FLAG, "burnline")),
    _measure(
        "retrieval.score",
        ("burnline.retrieval.top_score", Reading.NUMBER, "burnline"),
        (_DOCUMENTS + "top_score", Reading.NUMBER, "conventions, where content is captured"),
        ("retrieval.documents.0.document.score", Reading.NUMBER, "openinference; the first is the best"),
    ),
    _measure(
        "retrieval.score_gap",
        ("burnline.retrieval.score_gap", Reading.NUMBER, "burnline"),
        (_DOCUMENTS + "score_gap", Reading.NUMBER, "conventions, where content is captured"),
    ),
    _measure(
        "retrieval.documents",
        ("burnline.retrieval.document_count", Reading.COUNT, "burnline"),
        (_DOCUMENTS + "count", Reading.COUNT, "conventions, where content is captured"),
    ),
    _measure(
        "retrieval.duplicates",
        ("burnline.retrieval.duplicates", Reading.COUNT, "burnline"),
        (_DOCUMENTS + "duplicates", Reading.COUNT, "conventions, where content is captured"),
    ),
    _measure("retrieval.age_s", ("burnline.retrieval.age_s", Reading.NUMBER, "burnline")),
    _measure("citation.coverage", ("burnline.citation.coverage", Reading.NUMBER, "burnline")),
    _measure("citation.valid", ("burnline.citation.valid", Reading.NUMBER, "burnline")),
    _measure("permission.checked", ("burnline.permission.checked", Reading.FLAG, "burnline")),
    _measure("permission.violations", ("burnline.permission.violations", Reading.COUNT, "burnline")),
)
WEIGHT_COLUMN = _measure("measure_weight", ("burnline.evaluation.weight", Reading.NUMBER, "burnline"))
"""1 / the probability with which the span's figures were sampled."""
CHUNKS_COLUMN = _measure(
    "chunk_chars",
    ("burnline.retrieval.chunk_chars", Reading.TEXT, "burnline"),
    (_DOCUMENTS + "chunk_chars", Reading.TEXT, "conventions, where documents are captured with their content"),
)
"""How long each document found is, in characters: a JSON list of whole numbers."""
ALL_COLUMNS = (*COLUMNS, *MEASURE_COLUMNS, WEIGHT_COLUMN, CHUNKS_COLUMN, *VERSION_COLUMNS)
"""Every column that attributes can fill."""
