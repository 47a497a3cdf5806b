"""Prometheus metrics of the core; each domain defines its own beside its code."""

from prometheus_client import Counter, Gauge, Histogram

HTTP_SECONDS = Histogram(
    "gameops_http_request_seconds",
    "Time to answer a request.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
HUB_PUBLISHED = Counter("gameops_hub_messages", "Messages delivered to listeners here.")
HUB_DROPPED = Counter("gameops_hub_dropped", "Messages dropped because an outbox was full.")
JOBS_FINISHED = Counter(
    "gameops_jobs_finished", "Jobs run, by task and outcome.", ["task", "outcome"]
)
WEBSOCKETS = Gauge("gameops_websockets", "Open WebSocket connections.", ["kind"])
PASSWORD_HASHES_WAITING = Gauge(
    "gameops_password_hashes_waiting", "Password hashes queued or running."
)
