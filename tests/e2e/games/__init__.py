"""Real game servers for the end-to-end tests, real players, and the services that alerts go to."""
