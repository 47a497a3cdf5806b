"""What can go wrong with notices."""

from gameops.core.errors import Conflict, Forbidden, InvalidInput, NotFound, RateLimited


class ChannelNotFound(NotFound):
    """No channel of the caller's."""

    code, message = "notify.channel_not_found", "There is no such channel."


class ChannelConfigInvalid(InvalidInput):
    """``field`` says which setting."""

    code, message = "notify.channel_config_invalid", "A setting of this channel is not valid."


class TargetNotAllowed(InvalidInput):
    """It points into this machine's own networks."""

    code = "notify.target_not_allowed"
    message = "Notices are only sent to public addresses from here."


class NoChannelForCode(Conflict):
    """A code has to be sent somehow."""

    code = "notify.no_channel_for_code"
    message = "There is no channel here that could send a code to this kind of address."


class RecipientNotFound(NotFound):
    """No recipient of the caller's."""

    code, message = "notify.recipient_not_found", "There is no such recipient."


class RecipientExists(Conflict):
    """Each address once per scope."""

    code, message = "notify.recipient_exists", "This address is there already."


class AddressInvalid(InvalidInput):
    """Not a number in its international form, or not an e-mail address."""

    code = "notify.address_invalid"
    message = "This is not a valid address: numbers begin with + and the country's code."


class CodeWrong(InvalidInput):
    """``tries_left`` says how often it may still be tried."""

    code, message = "notify.code_wrong", "This is not the code that was sent."


class CodeExpired(InvalidInput):
    """Too old, used, or tried too often."""

    code, message = "notify.code_expired", "This code is not valid any more; ask for a new one."


class TooManyCodes(RateLimited):
    """To one address, in one scope, or by one person."""

    code, message = "notify.too_many_codes", "Too many codes were asked for; wait a little."


class TooManyAddresses(Conflict):
    """One person needs a handful."""

    code, message = "notify.too_many_addresses", "You have as many addresses as there can be."


class DeliveryNotFound(NotFound):
    """No delivery of the caller's."""

    code, message = "notify.delivery_not_found", "There is no such delivery."


class DeliveryNotDead(Conflict):
    """Only what was given up can be sent again or discarded."""

    code, message = "notify.delivery_not_dead", "This delivery has not been given up."


class TopicNotFound(NotFound):
    """No topic of the house."""

    code, message = "notify.topic_not_found", "There is no such topic."


class SignatureInvalid(Forbidden):
    """Not from the provider it claims to be from."""

    code, message = "notify.signature_invalid", "The signature does not fit."


class OptedOut(Conflict):
    """They begin again by START; on their own page while the address still stands there."""

    code = "notify.opted_out"
    message = "This recipient has opted out; only they can begin again."
