"""Customers of a venue: profile, tier, wallet, bans."""
