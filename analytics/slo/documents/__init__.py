"""Objectives as documents: written, versioned, approved, exchanged as OpenSLO v1, and a pack to begin with."""
