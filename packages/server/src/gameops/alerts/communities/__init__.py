"""Communities: whose servers these are, who may report, how they are shown."""
