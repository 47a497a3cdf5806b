"""Why somebody did, or did not, get something: one sentence for every state and reason."""

from collections.abc import Mapping
from typing import Final

from gameops.notify.channels.model import Channel
from gameops.notify.deliveries.model import Delivery, DeliveryState

HELD: Final[Mapping[str, str]] = {
    "cooldown": "Not sent: the rule had told of this only a moment before and is cooling down.",
    "quiet_hours": "Not sent: it happened within the rule's quiet hours.",
    "maintenance": "Not sent: the server was under maintenance.",
    "flapping": "Not sent: the server kept going up and down, which is told once.",
    "no_longer_true": "Not sent: it was over before the rule's delay had passed.",
    "no_channel": "Not sent: no channel is chosen for notices like this.",
    "no_recipient": "Not sent: nobody is subscribed to this channel.",
    "not_yours": "Not sent: a test reaches only your own confirmed address, and none of yours is "
    "subscribed to this channel.",
    "unsubscribed": "Not sent: the recipient is not subscribed to this channel any more.",
    "channel_disabled": "Not sent: the channel is switched off or was removed.",
    "not_confirmed": "Not sent: the recipient has not confirmed the address with a code.",
    "opted_out": "Not sent: the recipient has opted out.",
    "muted": "Not sent: the recipient has muted notices like this.",
    "recipient_quiet": "Not sent: it was within the recipient's quiet hours.",
}
DEAD: Final[Mapping[str, str]] = {
    "gave_up": "Given up: it could not be sent in time.",
    "refused": "Given up: the other side refused this message.",
    "channel_refused": "Given up: the other side does not accept this channel's settings.",
    "address_invalid": "Given up: there is no such number or address.",
    "gone": "Given up: this browser is not subscribed any more.",
    "target_not_allowed": "Given up: the address is a private one, and notices may only go to "
    "public addresses.",
}


def explain(delivery: Delivery, channel: Channel | None) -> str:
    """What became of a delivery."""
    match delivery.state:
        case DeliveryState.SENT:
            return "Sent."
        case DeliveryState.SENDING:
            return "Being sent at this moment."
        case DeliveryState.DISCARDED:
            return f"Discarded by hand. {_last(delivery)}".strip()
        case DeliveryState.HELD:
            return HELD.get(delivery.reason, f"Not sent: {delivery.reason}.")
        case DeliveryState.DEAD:
            return f"{DEAD.get(delivery.reason, 'Given up.')} {_last(delivery)}".strip()
        case _:
            return _waiting(delivery, channel)


def _waiting(delivery: Delivery, channel: Channel | None) -> str:
    if channel is not None and channel.broken_at is not None:
        return "Waiting: the channel was refused. Change its settings or test it, and this is sent."
    if delivery.attempt_count:
        return f"Waiting for the next try: {delivery.attempt_count} failed. {_last(delivery)}"
    if channel is not None and channel.failures:
        return "Waiting: the channel does not answer at the moment."
    if channel is not None and channel.paused_until is not None:
        return "Waiting: the other side asked for a pause, or there was one just now."
    return "Waiting to be sent."


def _last(delivery: Delivery) -> str:
    if not delivery.attempts:
        return ""
    return f"The last answer was: {delivery.attempts[-1]['detail']}."
