"""What the player sees: an unprivileged process that the core starts and talks to in lines."""
