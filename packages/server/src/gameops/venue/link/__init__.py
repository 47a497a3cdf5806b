"""The server's side of the station link: one WebSocket per agent."""
