"""History: events, and how many played when."""
