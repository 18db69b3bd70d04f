-- Ends the closing under way, whoever began it.
delete from closing
