"""What the agent's tests stand on: fakes at its ports, a fake server, a private X server."""
