"""Rules: which events become alerts, for whom, when, in which words."""
