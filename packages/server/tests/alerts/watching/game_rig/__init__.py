"""Game servers of the tests' own, that speak real protocols."""
