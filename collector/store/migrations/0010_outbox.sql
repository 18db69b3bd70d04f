-- Messages to subscribers of the signal: what is to be delivered, and what became of each try.

-- One row: one message to one subscription. Rows are only added, and forgotten some days after they were done with.
--   position      order of delivery within a subscription, and the message's number everywhere
--   event         changed | lifted
--   tenant ...    the scope it is about; null: open
--   fingerprint   what it says about the scope, to tell a change from a repetition after a restart
--   body          the CloudEvent, as it is sent
create table outbox (
    position bigint not null,
    message_id varchar not null,
    subscription varchar not null,
    event varchar not null,
    epoch bigint not null,
    seq bigint not null,
    tenant varchar,
    route varchar,
    model varchar,
    fingerprint varchar not null,
    queued_at timestamp_ns not null,
    body varchar not null
);

-- One row: one try to deliver a message, or the end of it without a try; the last row is how the message stands.
--   outcome   delivered | failed (tried again at next_at) | dead (given up)
--   tries     tries so far, this one included
--   status    what the receiver answered; null when it did not
--   reason    a word for what went wrong, and a sentence
create table outbox_tries (
    position bigint not null,
    tried_at timestamp_ns not null,
    tries integer not null,
    outcome varchar not null,
    status smallint,
    reason varchar,
    detail varchar,
    next_at timestamp_ns
);
