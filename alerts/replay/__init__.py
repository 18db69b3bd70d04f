"""Runs scenarios and stored history through the controller, or any other policy, and scores what comes of it."""
