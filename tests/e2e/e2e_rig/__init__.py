"""Real processes and a real browser for the end-to-end tests."""
