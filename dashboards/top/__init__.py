"""``burnline top``: the live overview for people without a browser."""
