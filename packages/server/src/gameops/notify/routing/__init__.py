"""Which notices of the house go to which channels."""
