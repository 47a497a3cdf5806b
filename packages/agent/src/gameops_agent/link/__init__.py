"""The station's connection to its server: enrolment, WebSocket, time, reconnecting."""
