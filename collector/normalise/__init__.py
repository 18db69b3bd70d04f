"""From emitters' words to canonical columns."""
