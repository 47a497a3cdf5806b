"""What can go wrong with money."""

from gameops.core.errors import Conflict, InvalidInput, NotFound


class InsufficientFunds(Conflict):
    """``balance_minor`` and ``needed_minor`` say by how much."""

    code, message = "billing.insufficient_funds", "The wallet does not hold enough."


class CreditLimitReached(Conflict):
    """The customer already owes as much as allowed."""

    code, message = "billing.credit_limit_reached", "The credit limit is reached."


class PaymentNotFound(NotFound):
    """No such payment in a venue of the caller's."""

    code, message = "billing.payment_not_found", "There is no such payment."


class AlreadyVoided(Conflict):
    """A payment is voided once."""

    code, message = "billing.already_voided", "This payment has been voided before."


class AlreadyRefunded(Conflict):
    """A refunded payment cannot be voided, and cannot be refunded beyond its amount."""

    code, message = "billing.already_refunded", "This payment has been refunded."


class NotRefundable(Conflict):
    """Refunds and payouts are not payments one could give back."""

    code, message = "billing.not_refundable", "This kind of payment cannot be given back."


class AlreadySpent(Conflict):
    """The money of a top-up has been used, so the top-up cannot be undone."""

    code, message = "billing.already_spent", "This money has been spent in the meantime."


class NothingDue(Conflict):
    """There is nothing to settle."""

    code, message = "billing.nothing_due", "Nothing is owed."


class TenderedTooLittle(InvalidInput):
    """The cash handed over does not cover the amount."""

    code, message = "billing.tendered_too_little", "The cash given does not cover the amount."
