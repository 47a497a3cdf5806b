"""The floor: all stations of a venue at a glance, live; and what it has brought in."""
