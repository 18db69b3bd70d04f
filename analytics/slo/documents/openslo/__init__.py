"""OpenSLO v1, in and out: what it can say is read and written exactly, what it cannot is named, never dropped."""
