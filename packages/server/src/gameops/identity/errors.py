"""Everything identity refuses, each with a code that never changes."""

from gameops.core.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    RateLimited,
    Unauthenticated,
)

# --- proving who one is ----------------------------------------------------------------------


class WrongCredentials(Unauthenticated):
    """Also for accounts that do not exist, have no password or are disabled."""

    code = "identity.wrong_credentials"
    message = "The name or the password is wrong."


class SecondFactorRequired(Unauthenticated):
    """The password was right; a code is needed as well."""

    code, message = "identity.second_factor_required", "Enter the code of your authenticator app."


class SecondFactorWrong(Unauthenticated):
    """The code is wrong, too old, or was used before."""

    code, message = "identity.second_factor_wrong", "This code is not valid."


class TooManyAttempts(RateLimited):
    """The account or the address has to wait; which of them is not told."""

    code, message = "identity.too_many_attempts", "Too many attempts; wait before the next one."


class HashingBusy(RateLimited):
    """More passwords wait to be checked than this process will queue."""

    code, message = "identity.busy", "Too many people are signing in just now; try again."


class TokenInvalid(Unauthenticated):
    """Not a token of ours, or not usable from here."""

    code, message = "identity.token_invalid", "The access token is not valid."


class TokenExpired(Unauthenticated):
    """The access token has run out; refresh it."""

    code, message = "identity.token_expired", "The access token has expired."


class SessionEnded(Unauthenticated):
    """The sign-in is over; sign in again."""

    code, message = "identity.session_ended", "Your sign-in has ended; sign in again."


class ClientHeaderMissing(Forbidden):
    """A cookie is only taken from our own pages, which send a header no form can send."""

    code = "identity.client_header_missing"
    message = "Requests that use the cookie must send the X-GameOps-Client header."


class SignInNeeded(Forbidden):
    """What concerns the account's own safety is closed to API keys."""

    code, message = "identity.sign_in_needed", "An API key cannot do this; sign in yourself."


class RegistrationClosed(Forbidden):
    """Accounts are made at the counter only."""

    code, message = "identity.registration_closed", "Accounts are made at the counter here."


class ResetTokenInvalid(InvalidInput):
    """The reset link is unknown, was used before, or is too old."""

    code, message = "identity.reset_token_invalid", "This link is not valid any more; ask again."


class PasswordWrong(Forbidden):
    """The present password, asked for again before a sensitive change, is wrong."""

    code, message = "identity.password_wrong", "The password is wrong."


class FieldRefused(InvalidInput):
    """One field of the body breaks a rule; the answer says which."""

    def __init__(self, detail: str | None = None, /, *, field: str) -> None:
        """Blame one field of the body."""
        text = detail or self.message
        super().__init__(
            text, fields=[{"path": f"body.{field}", "code": self.code, "message": text}]
        )


class PasswordTooWeak(FieldRefused):
    """Too short, among the commonest, or the same as the name."""

    code, message = "identity.password_too_weak", "Choose a password that is harder to guess."


class TotpAlreadyOn(Conflict):
    """A second factor is set up already."""

    code, message = "identity.totp_already_on", "The second factor is already switched on."


class TotpNotSetUp(Conflict):
    """There is no second factor to confirm or switch off."""

    code, message = "identity.totp_not_set_up", "The second factor has not been set up."


# --- people ----------------------------------------------------------------------------------


class UserNotFound(NotFound):
    """Absent, or of another venue."""

    code, message = "identity.user_not_found", "There is no such user."


class Taken(Conflict):
    """Another account has this name or address already."""

    code, message = "identity.taken", "Another account uses this already."

    def __init__(self, detail: str | None = None, /, *, field: str) -> None:
        """Blame one field of the body."""
        text = detail or self.message
        super().__init__(
            text, fields=[{"path": f"body.{field}", "code": self.code, "message": text}]
        )


class EmailTaken(Taken):
    """The e-mail address belongs to another account."""

    code, message = "identity.email_taken", "Another account uses this e-mail address."


class UsernameTaken(Taken):
    """The user name belongs to another account."""

    code, message = "identity.username_taken", "Another account uses this user name."


class PhoneTaken(Taken):
    """The phone number belongs to another account."""

    code, message = "identity.phone_taken", "Another account uses this phone number."


class NoEmail(Conflict):
    """There is no address to send the link to."""

    code, message = "identity.no_email", "This user has no e-mail address."


class HoldsMore(Forbidden):
    """The other person may do things the caller may not."""

    code, message = "identity.holds_more", "This user has permissions that you do not have."


class BelongsElsewhere(HoldsMore):
    """The person is also of venues that the caller does not manage."""

    code, message = "identity.belongs_elsewhere", "This user belongs to other venues as well."


class LastAdmin(Conflict):
    """Somebody must be left who can administer the installation."""

    code, message = "identity.last_admin", "The last administrator cannot be removed."


# --- roles, sessions, keys -------------------------------------------------------------------


class RoleNotFound(NotFound):
    """Absent, or of another venue."""

    code, message = "identity.role_not_found", "There is no such role."


class RoleNameTaken(Taken):
    """Another role of the same scope has this name."""

    code, message = "identity.role_name_taken", "Another role has this name."


class RoleBuiltIn(Conflict):
    """Admin, Staff and Customer are what they are."""

    code, message = "identity.role_built_in", "Built-in roles cannot be changed."


class RoleInUse(Conflict):
    """People hold the role."""

    code, message = "identity.role_in_use", "Take this role from everybody before deleting it."


class RoleOutOfScope(InvalidInput):
    """A venue's own role holds in that venue only."""

    code, message = "identity.role_out_of_scope", "This role belongs to another venue."


class UnknownPermission(InvalidInput):
    """No domain declares a permission of this name."""

    code, message = "identity.unknown_permission", "There is no such permission."


class WouldEscalate(Forbidden):
    """Nobody can give what they do not have."""

    code, message = "identity.would_escalate", "You can only grant permissions that you hold."


class SessionNotFound(NotFound):
    """Not one of the caller's sign-ins."""

    code, message = "identity.session_not_found", "There is no such sign-in."


class ApiKeyNotFound(NotFound):
    """Not one of the caller's keys."""

    code, message = "identity.api_key_not_found", "There is no such API key."


class TooManyApiKeys(Conflict):
    """The caller has as many keys as one person may have."""

    code, message = "identity.too_many_api_keys", "Revoke a key before making another."


class NetworkInvalid(FieldRefused):
    """Not an address range."""

    code, message = "identity.network_invalid", "This is not an IP network, like 192.0.2.0/24."
