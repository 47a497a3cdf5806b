"""What the routes about people take and give."""

from datetime import date, datetime
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from gameops.identity.fields import (
    Code,
    Email,
    Identifier,
    Locale,
    Name,
    Password,
    PatchIn,
    Phone,
    Token,
    Username,
)

Transport = Literal["body", "cookie"]
State = Literal["active", "disabled"]


class Out(BaseModel):
    """An answer."""

    model_config = ConfigDict(from_attributes=True)


# --- signing in ------------------------------------------------------------------------------


class LoginIn(BaseModel):
    """E-mail address, user name or phone number, and the password."""

    identifier: Identifier
    password: Password
    code: Code | None = None
    transport: Transport = "body"


class RefreshIn(BaseModel):
    """Empty where the cookie carries the token."""

    refresh_token: Token | None = None


class RegisterIn(BaseModel):
    """A new customer."""

    email: Email
    username: Username
    password: Password
    display_name: Name
    phone: Phone | None = None
    locale: Locale | None = None
    date_of_birth: Annotated[date, Field(ge=date(1900, 1, 1))] | None = None
    venue_id: UUID | None = None
    transport: Transport = "body"


class ForgotIn(BaseModel):
    """Whose password was forgotten."""

    email: Email


class ResetIn(BaseModel):
    """The token of the link, and the new password."""

    token: Token
    password: Password


class HeldRoleOut(Out):
    """A role that somebody holds, in one venue or (null) everywhere."""

    role_id: UUID
    name: str
    venue_id: UUID | None


class VenueOfMeOut(Out):
    """A venue the person has to do with."""

    id: UUID
    name: str
    currency: str
    locale: str
    timezone: str


class CustomerOfMeOut(Out):
    """Where the person is a customer."""

    venue_id: UUID
    customer_id: UUID


class MeOut(Out):
    """The signed-in person; ``permissions`` by venue id, or ``*`` for everywhere."""

    id: UUID
    email: str | None
    username: str | None
    display_name: str
    phone: str | None
    locale: str
    totp_enabled: bool
    must_change_password: bool
    permissions: dict[str, list[str]]
    roles: list[HeldRoleOut]
    venues: list[VenueOfMeOut]
    customer_of: list[CustomerOfMeOut]


class TokensOut(Out):
    """What a client signs its requests with; no refresh token where a cookie has it."""

    access_token: str
    token_type: Literal["bearer"]
    expires_in: int
    refresh_token: str | None
    user: MeOut


# --- one's own account -----------------------------------------------------------------------


class MePatchIn(PatchIn):
    """What people change about themselves."""

    emptiable: ClassVar[frozenset[str]] = frozenset({"phone"})

    display_name: Name | None = None
    phone: Phone | None = None
    locale: Locale | None = None


class PasswordChangeIn(BaseModel):
    """The present password and the next."""

    current: Password
    new: Password


class TotpSetupOut(Out):
    """For the authenticator app."""

    secret: str
    uri: str
    qr_svg: str


class TotpCodeIn(BaseModel):
    """A code of the authenticator app."""

    code: Code


class TotpDisableIn(BaseModel):
    """Both factors."""

    password: Password
    code: Code


class RecoveryCodesOut(Out):
    """Shown this once."""

    recovery_codes: list[str]


# --- other people ----------------------------------------------------------------------------


class RoleAtIn(BaseModel):
    """A role to hold in one venue, or (null) everywhere."""

    role_id: UUID
    venue_id: UUID | None


RolesAtIn = Annotated[list[RoleAtIn], Field(max_length=100)]


class UserIn(BaseModel):
    """A new person; without a password they sign in after a reset by e-mail."""

    email: Email | None = None
    username: Username | None = None
    display_name: Name
    phone: Phone | None = None
    locale: Locale | None = None
    password: Password | None = None
    roles: RolesAtIn


class UserPatchIn(PatchIn):
    """What administrators change; ``roles`` replaces those in the venues they manage."""

    emptiable: ClassVar[frozenset[str]] = frozenset({"phone", "email", "username"})

    display_name: Name | None = None
    email: Email | None = None
    username: Username | None = None
    phone: Phone | None = None
    locale: Locale | None = None
    state: State | None = None
    roles: RolesAtIn | None = None


class UserOut(Out):
    """A person as administrators see them."""

    id: UUID
    email: str | None
    username: str | None
    phone: str | None
    display_name: str
    state: State
    locale: str
    totp_enabled: bool
    created_at: datetime
    last_login_at: datetime | None
    roles: list[HeldRoleOut]


class LinkSentOut(Out):
    """The mail is on its way."""

    link_sent: bool
