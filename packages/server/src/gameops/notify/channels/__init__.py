"""Where notices go: channels, and the drivers that carry notices there."""
