"""The till: what is sold over the counter, and undoing it."""
