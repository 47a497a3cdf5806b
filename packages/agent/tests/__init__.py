"""Tests of the station agent."""
