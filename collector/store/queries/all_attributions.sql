-- One row: the key of one known combination of attribution words.
select a.attribution_id
from attributions a
