"""The queue of notices, the dispatcher that works it off, and the log."""
