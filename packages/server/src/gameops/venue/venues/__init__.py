"""Venues, their zones, tiers and policies."""
