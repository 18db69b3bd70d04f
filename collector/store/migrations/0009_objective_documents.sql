-- Objectives as documents: what was promised at any time, and who agreed to it.

-- One row: one version of an objective, in force from recorded_at until the next version of the same name. Rows are only
-- added.
--   version   1, 2, 3 ... within a name
--   sha256    of the body
--   body      canonical json (analytics/slo/documents/canonical.py); null, and sha256 with it: it was withdrawn
create table objective_versions (
    name varchar not null,
    version integer not null,
    recorded_at timestamp_ns not null,
    sha256 varchar,
    owner varchar,
    body varchar
);

-- One row: one word on a definition; the last one on a name and sha256 is how it stands. Rows are only added.
--   revoked   false: approved_by approves it; true: approved_by takes back what was approved
create table objective_approvals (
    approval_seq bigint not null,
    name varchar not null,
    sha256 varchar not null,
    approved_by varchar not null,
    approved_at timestamp_ns not null,
    note varchar,
    revoked boolean not null
);
