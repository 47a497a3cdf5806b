"""The venue: timed sessions on stations, sold, enforced and billed.

Tables: ``venue_venue``, ``venue_zone``, ``venue_tier``, ``venue_station``, ``venue_agent``,
``venue_enrolment``, ``venue_command``, ``venue_journal_entry``, ``venue_tariff``,
``venue_tariff_version``, ``venue_package``, ``venue_grant``, ``venue_voucher``,
``venue_customer``, ``venue_session``, ``venue_segment``.
Events out: ``venue.session_started``, ``venue.session_ended`` and the rest of ``events``.
Events in: ``identity.user_registered``, ``identity.user_updated``, ``billing.wallet_credited``.
"""
