"""Carries decisions out of the house: signed answers, pushed events, alerts for people, and who has heard them."""
