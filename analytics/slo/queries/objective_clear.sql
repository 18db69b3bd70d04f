-- Empties the list of objectives, to be filled again in the same transaction.
delete from objectives
