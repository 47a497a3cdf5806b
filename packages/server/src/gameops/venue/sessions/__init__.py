"""Timed sessions: sold, run, moved, paused, ended, billed."""
