"""Sold time on one station: clocks, lease rules and the journal. No network, no screen."""
