"""Money: a double-entry, append-only journal, wallets on it, and payments with receipts.

Tables: ``billing_account``, ``billing_transaction``, ``billing_posting`` (the journal),
``billing_payment``, ``billing_void``, ``billing_receipt_counter``.
Events out: ``billing.wallet_credited``, ``billing.payment_taken``, ``billing.payment_voided``.
"""
