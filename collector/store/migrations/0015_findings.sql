-- Findings: figures of the roll-ups that were not what they usually are, and how far each has been judged.

-- One row: one figure of one scope that was unusual, once, for as long as that lasted.
--   finding_id    hash of the stream and of the step in which it was noticed: judged again, it is the same finding
--   group_id      the first finding of those that belong together
--   measure       analytics/findings/measures.py
--   dimension     all | tenant | route | model; value is '' for all
--   step_s        length of the steps the figure was judged in
--   start_at      the step in which it seems to have begun; alarmed_at the end of the step that made it certain
--   until_at      the end; null while it goes on
--   ended_as      returned | new_normal | withdrawn (spans that came late took it back); null while it goes on
--   expected, observed   mean of the steps from start_at on, in the unit of the measure
--   p_value       that something as unusual comes up in one step of one figure although nothing happens
--   explanation   json object: what moved, changes nearby, worst traces
create table findings (
    finding_id uuid primary key,
    group_id uuid not null,
    measure varchar not null,
    dimension varchar not null,
    value varchar not null,
    step_s integer not null,
    start_at timestamp not null,
    alarmed_at timestamp not null,
    until_at timestamp,
    ended_as varchar,
    expected double not null,
    observed double not null,
    p_value double not null,
    explanation varchar not null
);

-- One row: one figure of one scope, and what its detector knows (json) after every step up to settled_at.
create table finding_streams (
    step_s integer not null,
    measure varchar not null,
    dimension varchar not null,
    value varchar not null,
    settled_at timestamp not null,
    edition varchar not null,
    state varchar not null
);
