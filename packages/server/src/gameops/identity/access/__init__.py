"""Roles, sessions and API keys: what somebody who has proved who they are may do."""
