"""Watched servers and what happened on them."""
