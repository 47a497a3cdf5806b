"""Intake: reports from servers, accepted at once and worked on afterwards."""
