-- Ends a closing.
--   $token   varchar   its own; null: whichever is under way
delete from closing
where $token::varchar is null or token = $token
