"""Enforcers: what makes one machine locked or playable, and says which it really is."""
