-- Every approval of a definition and every revocation, oldest first. One row: one word; instants are unix nanoseconds.
select approval_seq, name, sha256, approved_by, epoch_ns(approved_at) as approved_ns, note, revoked
from objective_approvals
order by approval_seq
