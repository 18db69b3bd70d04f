-- The price book remembered. Two times: effective_* is when a price holds, recorded_at .. superseded_at (half-open, null
-- is still known) is when this house knew it. Nothing is deleted; a row that changed is superseded and written anew.

-- One row: one recording of a whole book. edition_id is made of sha256, the hash of everything in it, so that the same
-- book has the same edition wherever it is recorded; a book that comes back has a second row.
--   prices   how many rows of prices it has
create table price_editions (
    edition_id uuid not null,
    recorded_at timestamp not null,
    sha256 varchar not null,
    prices bigint not null
);

-- One row: where one part of a book came from. part is a list, a set of rules or stated/ and the name of a file.
create table price_sources (
    part varchar not null,
    source varchar not null,
    imported_on date not null,
    recorded_at timestamp not null,
    superseded_at timestamp
);

-- One row: one price of one part, or, where discount is not null, a ratio off the list prices it holds for. All
-- conditions are ANDed, null is open; a null usage_class, service_tier or processing of a discount is any.
--   row_key          hash of part and line
--   context_above    total prompt tokens > this; context_until: and <= this
--   tod_start_s      seconds after 00:00 UTC, half-open with tod_end_s
--   weekdays         mask of UTC days, bit 0 is Monday
--   confidence       contract | vendor_dated | first_seen | before_seen | undated
--   last_seen_on     last import whose source still listed the model; null: it does
create table prices (
    part varchar not null,
    row_key ubigint not null,
    provider varchar not null,
    model varchar not null,
    region varchar,
    service_tier varchar,
    processing varchar,
    usage_class varchar,
    unit_price_usd decimal(19, 15),
    discount decimal(19, 15),
    context_above bigint,
    context_until bigint,
    effective_from timestamp,
    effective_until timestamp,
    tod_start_s integer,
    tod_end_s integer,
    weekdays integer,
    confidence varchar not null,
    last_seen_on date,
    source_ref varchar not null,
    recorded_at timestamp not null,
    superseded_at timestamp
);

-- One row: one rule by which prices are found (which names a model or seller answers to, dated aliases, regional
-- factors), in its order within its part, as the text its file has.
create table price_rules (
    part varchar not null,
    position integer not null,
    body varchar not null,
    recorded_at timestamp not null,
    superseded_at timestamp
);
