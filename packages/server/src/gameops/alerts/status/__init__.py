"""The public status pages, readable without JavaScript."""
