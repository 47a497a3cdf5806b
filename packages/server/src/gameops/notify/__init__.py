"""Telling people: channels, recipients, a durable queue, and a log that says what became of it.

``channels`` holds where notices go and the drivers that carry them there (one file per kind);
``recipients`` holds phones, addresses and browsers, and their consent; ``deliveries`` holds the
queue, the dispatcher that works it off, and the log; ``routing`` says which of the installation's
own notices go where. It knows nothing of what the notices are about.

Tables: ``notify_channel``, ``notify_recipient``, ``notify_subscription``, ``notify_code``,
``notify_inbound``, ``notify_refusal``, ``notify_notice``, ``notify_delivery``, ``notify_board``,
``notify_route``.
Events in and out: none; notices are submitted in their author's transaction.
"""
