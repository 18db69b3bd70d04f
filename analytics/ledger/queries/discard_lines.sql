-- Takes out what closings that came to nothing have left.
delete from booked_lines where period_start not in (select period_start from periods)
