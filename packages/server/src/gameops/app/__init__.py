"""Puts GameOps together: settings, the server, the worker, the command line."""
