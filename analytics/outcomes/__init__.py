"""What came of requests, told later: a ticket solved, an answer accepted, minutes saved."""
