"""Stations, their agents, and the commands sent to them."""
