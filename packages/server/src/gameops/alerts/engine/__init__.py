"""The engine: from sightings to events, samples and alerts."""
