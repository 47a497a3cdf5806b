"""Alerts: watch game servers, and tell the right people what happens on them.

Tables ``alerts_*``. Servers announce themselves (intake) or are asked (watching); the engine turns
what is seen into events, rules turn events into notices, and :mod:`gameops.notify` delivers them.
"""
