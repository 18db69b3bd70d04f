"""Who spans are for: the distinct combinations of words, and which one each span has."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from collector.decode.frame import Ints
from collector.decode.pivot import Pivot
from collector.dialects.fields import ATTRIBUTION_COLUMNS
from collector.normalise.combinations import combinations
from collector.normalise.hashing import Keys, tuple_key

_WORDS = tuple(column.name for column in ATTRIBUTION_COLUMNS)


@dataclass(frozen=True, slots=True)
class Attributed:
    """Per span the key of its combination, and the combinations themselves."""

    ids: Keys
    table: pa.Table


def attributed(spans: Pivot, resources: Pivot, resource_of_span: Ints) -> Attributed:
    """A span's own word wins over its resource's; absent words stay null."""
    columns = [_words(name, spans, resources, resource_of_span) for name in _WORDS]
    codes = combinations(columns, spans.rows)
    _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    representatives = pa.table(columns, list(_WORDS)).take(pa.array(first))
    keys = [tuple_key(words) for words in zip(*(column.to_pylist() for column in representatives.columns), strict=True)]
    ids = np.array(keys, np.uint64)
    table = representatives.add_column(0, "attribution_id", pa.array(ids, pa.uint64()))
    return Attributed(ids[inverse.reshape(-1)], table)


def _words(name: str, spans: Pivot, resources: Pivot, resource_of_span: Ints) -> pa.Array:
    own = spans.text(name)
    if name not in resources.texts:
        return own
    inherited = resources.text(name).take(pa.array(resource_of_span))
    return inherited if name not in spans.texts else pc.coalesce(own, inherited)
