-- Characters of each document that a retrieval found, as its span tells them; null where nobody said.
alter table spans add column chunk_chars integer[];
