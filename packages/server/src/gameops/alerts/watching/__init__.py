"""Asking game servers how they are: protocols, detection, and the loop that asks them all.

Knows nothing of events and rules: what was read goes to the engine as observations.
"""
