-- One row: how far versions have been read, and how far they can be.
select v.seen_seq, p.derived_seq
from version_progress v, progress p
