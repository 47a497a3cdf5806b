"""The append-only log of what was done, and the hash chain that makes tampering visible."""
