"""What customers see of themselves, on their phones."""
