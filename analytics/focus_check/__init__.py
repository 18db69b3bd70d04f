"""A strict checker of FOCUS files: every rule of the specification that a row can break, in exact decimals."""
