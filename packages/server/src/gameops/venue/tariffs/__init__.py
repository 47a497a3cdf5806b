"""What time costs: tariffs with immutable versions, packages, and the pure price function."""
