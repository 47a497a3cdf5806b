"""Everything that knows no domain: database, events and jobs, hub, errors, money, time.

Tables: ``core_idempotency`` (answers to repeated requests), ``procrastinate_*`` (jobs).
"""
