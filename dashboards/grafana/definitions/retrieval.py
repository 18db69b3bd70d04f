"""Whether what answers are made from is there, fits, and is fresh; and how answers were judged."""

from dashboards.grafana.choices import METRICS, MODEL, ROUTE
from dashboards.grafana.house import (
    COUNT,
    PER_S,
    SECONDS,
    SHARE,
    above,
    below,
    each,
    graph,
    heatmap,
    stat,
    table,
    to_console,
)
from dashboards.grafana.model import Board, Row, Target
from dashboards.grafana.promql import BY_ROUTE, OF_CALL, increase, mean, quantile, rate, ratio, share

_MEASURE, _STAGE = "burnline_measure", "burnline_stage_duration_seconds"
_TOLD = "retrieval[.].*|cache[.].*|citation[.].*|permission[.].*"
_EVALUATED = f'{BY_ROUTE}, measure!~"{_TOLD}"'
_NONE_FOUND = f'{BY_ROUTE}, measure="retrieval.documents", le=~"0|0.0"'
_UP_TO_ONE = 'le=~"0|0[.].|1|1.0|[+]Inf"'
"""Scores end at one; the last of these bands is what is above."""


def _of(measure: str) -> str:
    return f'{BY_ROUTE}, measure="{measure}"'


_EMPTY = share(rate(f"{_MEASURE}_bucket", _NONE_FOUND), rate(f"{_MEASURE}_count", _of("retrieval.documents")))
_NOW = (
    stat("Retrievals", "Retrievals a second.", PER_S, rate(f"{_STAGE}_count", 'stage="retriever"'), decimals=2),
    stat(
        "Nothing found",
        "Share of retrievals that found no document: the answer is made up, or says that it knows nothing.",
        SHARE,
        _EMPTY,
        steps=above(0.05, 0.2),
    ),
    stat("Documents", "Mean documents of a retrieval.", COUNT, mean(_MEASURE, _of("retrieval.documents")), decimals=1),
    stat(
        "Best score",
        "Mean score of the best document found. Only comparable with itself: scales differ by index.",
        COUNT,
        mean(_MEASURE, _of("retrieval.score")),
        decimals=3,
    ),
    stat(
        "p95 duration",
        "Nineteen of twenty retrievals end within it.",
        SECONDS,
        quantile(0.95, _STAGE, 'stage="retriever"'),
    ),
    stat(
        "Oldest document used",
        "Mean age of the oldest document an answer was made from: an answer is as fresh as that.",
        SECONDS,
        mean(_MEASURE, _of("retrieval.age_s")),
    ),
    stat(
        "Found in the answer cache",
        "Share of look-ups in the answer cache that found something.",
        SHARE,
        mean(_MEASURE, _of("cache.hit")),
        steps=below(0.1, 0.3),
    ),
    stat(
        "Permission violations",
        "Documents shown in an hour that their user may not see. Has to be none.",
        COUNT,
        f"3600 * {rate(f'{_MEASURE}_sum', _of('permission.violations'))}",
        steps=above(0.001, 0.001),
    ),
)
_FOUND = (
    graph(
        "Nothing found, by route",
        "Share of retrievals without a document.",
        SHARE,
        each(
            share(
                rate(f"{_MEASURE}_bucket", _NONE_FOUND, "route"),
                rate(f"{_MEASURE}_count", _of("retrieval.documents"), "route"),
            ),
            "route",
        ),
        steps=above(0.05, 0.2),
        links=(to_console("Requests of this route", "/requests?route=${__field.labels.route:percentencode}"),),
    ),
    heatmap(
        "Best scores",
        "How the scores of the best documents are spread, over time: a band that sinks is a changed index.",
        COUNT,
        increase(f"{_MEASURE}_bucket", f"{_of('retrieval.score')}, {_UP_TO_ONE}", "le", "$__rate_interval"),
    ),
    graph(
        "Documents of a retrieval",
        "How many documents half and nineteen of twenty retrievals find at most; between bounds it is a straight line.",
        COUNT,
        *(Target(quantile(q, _MEASURE, _of("retrieval.documents")), name) for name, q in (("p50", 0.5), ("p95", 0.95))),
        named={"p50": "light-blue", "p95": "semi-dark-blue"},
    ),
    graph(
        "Age of the documents used",
        "Mean age of the oldest document used, by route.",
        SECONDS,
        each(mean(_MEASURE, _of("retrieval.age_s"), "route"), "route"),
    ),
    graph(
        "Repeated documents",
        "Mean documents of a retrieval that repeat another one of it, by route: they take the place of others.",
        COUNT,
        each(mean(_MEASURE, _of("retrieval.duplicates"), "route"), "route"),
    ),
    graph(
        "Filtered by permissions",
        "Share of retrievals whose documents were filtered by what the user may see, of those that say so, by route.",
        SHARE,
        each(mean(_MEASURE, _of("permission.checked"), "route"), "route"),
        highest=1.0,
    ),
)
_ANSWERS = (
    graph(
        "Evaluations",
        "Mean score of every evaluation by its name: groundedness, recall, precision, whatever evaluators tell. Each "
        "counts once; objectives also know the weights of samples.",
        COUNT,
        Target(mean(_MEASURE, _EVALUATED, "measure"), "{{measure}}"),
    ),
    graph(
        "Citations",
        "Share of claims that cite a source, and of citations that hold.",
        SHARE,
        Target(mean(_MEASURE, f'{BY_ROUTE}, measure=~"citation[.].*"', "measure"), "{{measure}}"),
        highest=1.0,
    ),
    graph(
        "Context of a call",
        "Mean input tokens of a call, by the model that answered: what was found is most of it.",
        COUNT,
        each(
            mean("gen_ai_client_token_usage", f'{OF_CALL}, gen_ai_token_type="input"', "gen_ai_response_model"),
            "gen_ai_response_model",
        ),
    ),
    graph(
        "p95 of the steps",
        "Nineteen of twenty retrievals, rerankings, embeddings and look-ups end within it.",
        SECONDS,
        Target(quantile(0.95, _STAGE, 'stage=~"retriever|rerank|embedding|cache"', "stage"), "{{stage}}"),
    ),
    table(
        "Everything that is measured",
        "Every figure that is told, in the time the board shows: how often, and its mean.",
        {"measure": "Measure", "route": "Route"},
        ("Told", COUNT, f"sort_desc({increase(f'{_MEASURE}_count', BY_ROUTE, 'measure, route')})"),
        (
            "Mean",
            COUNT,
            ratio(
                increase(f"{_MEASURE}_sum", BY_ROUTE, "measure, route"),
                increase(f"{_MEASURE}_count", BY_ROUTE, "measure, route"),
            ),
        ),
        width=24,
    ),
)
RETRIEVAL = Board(
    "burnline-retrieval",
    "Burnline / Retrieval",
    "What was found for answers, how well it fits, how fresh it is, and how answers were judged.",
    (Row("Now", _NOW), Row("What is found", _FOUND), Row("What becomes of it", _ANSWERS)),
    (METRICS, ROUTE, MODEL),
)
