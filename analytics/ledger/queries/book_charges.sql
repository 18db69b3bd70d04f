-- Books charges, unless another closing has taken over.
--   $token   varchar   of the closing
--   given    table shaped like the table booked_charges
insert into booked_charges by name
select * from given
where $token in (select token from closing)
