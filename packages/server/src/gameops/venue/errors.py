"""What can go wrong in a venue."""

from gameops.core.errors import Conflict, Forbidden, InvalidInput, NotFound, Unauthenticated


class VenueNotFound(NotFound):
    """No venue of the caller's."""

    code, message = "venue.venue_not_found", "There is no such venue."


class ZoneNotFound(NotFound):
    """No zone of the caller's venues."""

    code, message = "venue.zone_not_found", "There is no such zone."


class ZoneInUse(Conflict):
    """A zone with stations cannot go."""

    code, message = "venue.zone_in_use", "There are stations in this zone."


class StationNotFound(NotFound):
    """No station of the caller's venues."""

    code, message = "venue.station_not_found", "There is no such station."


class StationBusy(Conflict):
    """Somebody plays here."""

    code, message = "venue.station_busy", "There is a session on this station."


class StationInMaintenance(Conflict):
    """Out of order."""

    code, message = "venue.station_in_maintenance", "This station is out of order."


class NameTaken(Conflict):
    """Names are unique within a venue."""

    code, message = "venue.name_taken", "This name is taken."


class EnrolmentInvalid(NotFound):
    """The code is unknown, used or too old."""

    code, message = "venue.enrolment_invalid", "This code is not valid (any more)."


class CredentialRevoked(Unauthenticated):
    """The agent must be enrolled again."""

    code, message = "venue.credential_revoked", "This station must be enrolled again."


class CommandNotFound(NotFound):
    """No such command on a station of the caller's."""

    code, message = "venue.command_not_found", "There is no such command."


class CustomerNotFound(NotFound):
    """No customer of the caller's venues."""

    code, message = "venue.customer_not_found", "There is no such customer."


class CustomerBanned(Forbidden):
    """Until when and why is in the extra members."""

    code, message = "venue.customer_banned", "This customer is banned."


class TooYoung(Forbidden):
    """Below the minimum age of the venue or the zone."""

    code, message = "venue.too_young", "This customer is too young for this."


class AgeUnknown(Forbidden):
    """An age limit holds here and nobody has confirmed the age."""

    code, message = "venue.age_unknown", "An age limit holds here: confirm the age first."


class Curfew(Forbidden):
    """``latest_end`` says until when this customer may play."""

    code, message = "venue.curfew", "The curfew does not allow this."


class VenueClosed(Forbidden):
    """Outside the opening hours."""

    code, message = "venue.venue_closed", "The venue is closed."


class SelfServiceOff(Forbidden):
    """The venue wants this done at the counter."""

    code, message = "venue.self_service_off", "Please ask at the counter."


class SessionNotFound(NotFound):
    """No session of the caller's."""

    code, message = "venue.session_not_found", "There is no such session."


class SessionOver(Conflict):
    """The session has ended, or its time is up this moment."""

    code, message = "venue.session_over", "This session is over."


class SessionPaused(Conflict):
    """Resume it first."""

    code, message = "venue.session_paused", "This session is paused."


class SessionNotPaused(Conflict):
    """It is running."""

    code, message = "venue.session_not_paused", "This session is not paused."


class PauseNotAllowed(Conflict):
    """The venue's policy, or this session's pauses are used up."""

    code, message = "venue.pause_not_allowed", "Pausing is not allowed (any more)."


class MemberAlreadyPlaying(Conflict):
    """One active session per member."""

    code, message = "venue.member_already_playing", "This customer is playing already."


class SameStation(Conflict):
    """A move needs another station."""

    code, message = "venue.same_station", "The session is on this station already."


class NotExtendable(Conflict):
    """Pay-as-you-go, postpaid and package sessions end by their own measure."""

    code = "venue.not_extendable"
    message = "This kind of session cannot be extended by minutes."


class MemberNeeded(InvalidInput):
    """This mode needs a customer."""

    code, message = "venue.member_needed", "This kind of session needs a customer."


class MinutesNeeded(InvalidInput):
    """Prepaid sessions are sold by the minute."""

    code, message = "venue.minutes_needed", "Say for how many minutes."


class PaymentNeeded(InvalidInput):
    """Prepaid time is paid before it starts."""

    code, message = "venue.payment_needed", "Say how it is paid."


class NoTariff(Conflict):
    """Nothing says what time costs here."""

    code, message = "venue.no_tariff", "There is no tariff for this station."


class TariffNotFound(NotFound):
    """No tariff of the caller's venues."""

    code, message = "venue.tariff_not_found", "There is no such tariff."


class TariffOverlap(Conflict):
    """Two tariffs claim the same zone and kind of station."""

    code, message = "venue.tariff_overlap", "Another tariff holds for one of these zones already."


class PackageNotFound(NotFound):
    """No package of the caller's venues."""

    code, message = "venue.package_not_found", "There is no such package."


class GrantNotFound(NotFound):
    """No such package of this customer's."""

    code, message = "venue.grant_not_found", "The customer has no such package."


class GrantNotUsable(Conflict):
    """Used up, expired, in use, or not valid here or now."""

    code, message = "venue.grant_not_usable", "This package cannot be used here and now."


class VoucherInvalid(NotFound):
    """Unknown, used or expired."""

    code, message = "venue.voucher_invalid", "This voucher is not valid (any more)."


class TimeAlreadyPlayed(Conflict):
    """What was sold has been consumed, so the sale cannot be voided."""

    code, message = "venue.time_already_played", "This time has been played already."


class PeriodInvalid(InvalidInput):
    """The end lies before the beginning, or too far away."""

    code, message = "venue.period_invalid", "This period is not valid."


class NothingToPlay(Conflict):
    """The wallet or credit buys no time here."""

    code, message = "venue.nothing_to_play", "The wallet does not buy any time here."
