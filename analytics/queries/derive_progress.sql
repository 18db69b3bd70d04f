-- One row: the last batch that is derived.
select derived_seq from progress
