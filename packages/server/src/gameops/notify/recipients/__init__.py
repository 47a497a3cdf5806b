"""Whom notices reach: phones, addresses and browsers that agreed to it."""
