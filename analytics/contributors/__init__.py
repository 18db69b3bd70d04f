"""What made an error budget burn: the values that bad requests have in common, and the requests themselves."""
