"""Signing in and out, and one's own account."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response

from gameops.core.errors import Problem, Unauthenticated
from gameops.core.web import Ctx, CurrentActor, Uow, client_address, get_origin, problems
from gameops.identity.access import sessions
from gameops.identity.access.actors import actor_for_token
from gameops.identity.accounts import own, recovery, sign_in, store, users
from gameops.identity.accounts.schemas import (
    ForgotIn,
    LoginIn,
    MeOut,
    MePatchIn,
    PasswordChangeIn,
    RecoveryCodesOut,
    RefreshIn,
    RegisterIn,
    ResetIn,
    TokensOut,
    TotpCodeIn,
    TotpDisableIn,
    TotpSetupOut,
)
from gameops.identity.accounts.tokens_out import cookie_token, forget_cookie, me_out, tokens_out
from gameops.identity.errors import (
    ClientHeaderMissing,
    EmailTaken,
    HashingBusy,
    PasswordTooWeak,
    PasswordWrong,
    PhoneTaken,
    RegistrationClosed,
    ResetTokenInvalid,
    SecondFactorRequired,
    SecondFactorWrong,
    SessionEnded,
    SignInNeeded,
    TokenExpired,
    TokenInvalid,
    TooManyAttempts,
    TotpAlreadyOn,
    TotpNotSetUp,
    UsernameTaken,
    WrongCredentials,
)
from gameops.identity.web import (
    LOGINS,
    PASSWORD_CHECKS,
    REFRESHES,
    REGISTRATIONS,
    RESET_REQUESTS,
    RESETS,
    bearer_token,
    guarded,
    registration_is_open,
)

router = APIRouter(prefix="/auth", tags=["identity"])
SIGNED_IN = (Unauthenticated, TokenInvalid, TokenExpired, SessionEnded)
IN_PERSON = (*SIGNED_IN, SignInNeeded)
GUARDED = (TooManyAttempts, HashingBusy)

UserAgent = Annotated[str | None, Header(include_in_schema=False)]


@router.post(
    "/login",
    summary="Sign in",
    dependencies=[guarded(LOGINS)],
    responses=problems(WrongCredentials, SecondFactorRequired, SecondFactorWrong, *GUARDED),
)
async def login(
    body: LoginIn, request: Request, response: Response, context: Ctx, user_agent: UserAgent = None
) -> TokensOut:
    """Exchange a name and a password for tokens."""
    issued = await sign_in.login(
        context,
        get_origin(request),
        identifier=body.identifier,
        password=body.password,
        code=body.code,
        user_agent=user_agent,
    )
    return await tokens_out(request, response, context, issued, body.transport)


@router.post(
    "/refresh",
    summary="Exchange the refresh token for fresh tokens",
    dependencies=[guarded(REFRESHES)],
    responses=problems(SessionEnded, ClientHeaderMissing, TooManyAttempts),
)
async def refresh(
    request: Request, response: Response, context: Ctx, body: RefreshIn | None = None
) -> TokensOut:
    """A refresh token works once; the cookie is used where the body has none."""
    given = body.refresh_token if body else None
    token = given or cookie_token(request)
    if token is None:
        raise SessionEnded
    issued = await sessions.refresh(context, get_origin(request), token)
    return await tokens_out(request, response, context, issued, "body" if given else "cookie")


@router.post(
    "/logout", status_code=204, summary="Sign out", responses=problems(ClientHeaderMissing)
)
async def logout(
    request: Request, response: Response, context: Ctx, body: RefreshIn | None = None
) -> None:
    """End the session of the access token, or else of the refresh token."""
    session_id = await _session_of(request, context)
    token = body.refresh_token if body else None
    if session_id is None and token is None:
        token = cookie_token(request)
    async with context.unit_of_work(get_origin(request)) as uow:
        await sessions.sign_out(uow, session_id=session_id, refresh_token=token)
    forget_cookie(response, context)


async def _session_of(request: Request, context: Ctx) -> UUID | None:
    token = bearer_token(request)
    if token is None:
        return None
    try:
        actor = await actor_for_token(context, token, ip=client_address(request))
    except Problem:  # signing out twice, or with an access token that has run out
        return None
    return actor.session_id


@router.post(
    "/register",
    status_code=201,
    summary="Make a customer's account",
    dependencies=[guarded(REGISTRATIONS)],
    responses=problems(
        PasswordTooWeak, EmailTaken, UsernameTaken, PhoneTaken, RegistrationClosed, *GUARDED
    ),
)
async def register(
    body: RegisterIn,
    request: Request,
    response: Response,
    context: Ctx,
    user_agent: UserAgent = None,
) -> TokensOut:
    """Make the account and sign its owner in."""
    if not registration_is_open(request):
        raise RegistrationClosed
    wanted = own.Registration(
        display_name=body.display_name,
        password=body.password,
        venue_id=body.venue_id,
        date_of_birth=body.date_of_birth,
        user_agent=user_agent,
    )
    issued = await own.register(
        context,
        get_origin(request),
        wanted,
        email=body.email,
        username=body.username,
        phone=body.phone,
        locale=body.locale,
    )
    return await tokens_out(request, response, context, issued, body.transport)


@router.post(
    "/password/forgot",
    status_code=202,
    summary="Ask for a reset link by e-mail",
    dependencies=[guarded(RESET_REQUESTS)],
    responses=problems(TooManyAttempts),
)
async def forgot_password(body: ForgotIn, uow: Uow) -> None:
    """The same answer whether or not there is such an account."""
    await recovery.ask(uow, email=body.email)


@router.post(
    "/password/reset",
    status_code=204,
    summary="Set a new password by a reset link",
    dependencies=[guarded(RESETS)],
    responses=problems(ResetTokenInvalid, PasswordTooWeak, *GUARDED),
)
async def reset_password(body: ResetIn, request: Request, context: Ctx) -> None:
    """Every sign-in of the account ends."""
    await recovery.reset(context, get_origin(request), token=body.token, password=body.password)


@router.get("/me", summary="The signed-in person", responses=problems(*SIGNED_IN))
async def get_me(request: Request, context: Ctx, actor: CurrentActor) -> MeOut:
    """Who is asking, and what they may do where."""
    if actor.id is None:
        raise Unauthenticated
    async with context.database.reading() as session:
        return await me_out(request, session, actor.id, actor.grants)


@router.patch("/me", summary="Change one's own profile", responses=problems(*IN_PERSON, PhoneTaken))
async def change_me(body: MePatchIn, request: Request, actor: CurrentActor, uow: Uow) -> MeOut:
    """Change one's name, phone number or language."""
    user = await store.lock_user(uow.session, own.signed_in_user(actor))
    changes: users.UserChanges = body.model_dump(exclude_unset=True)  # type: ignore[assignment]  # its fields are these
    await users.change_user(uow, actor, user, changes)
    return await me_out(request, uow.session, user.id, actor.grants)


@router.post(
    "/password",
    status_code=204,
    summary="Change one's own password",
    dependencies=[guarded(PASSWORD_CHECKS)],
    responses=problems(*IN_PERSON, PasswordWrong, PasswordTooWeak, *GUARDED),
)
async def change_password(
    body: PasswordChangeIn, request: Request, context: Ctx, actor: CurrentActor
) -> None:
    """Every other sign-in ends."""
    await own.change_password(
        context, get_origin(request), actor, current=body.current, new=body.new
    )


@router.post(
    "/totp/setup",
    summary="Begin to set up the second factor",
    responses=problems(*IN_PERSON, TotpAlreadyOn),
)
async def set_up_totp(context: Ctx, actor: CurrentActor, uow: Uow) -> TotpSetupOut:
    """The secret for an authenticator app; it counts once a code has confirmed it."""
    return TotpSetupOut.model_validate(await own.set_up_totp(context, uow, actor))


@router.post(
    "/totp/enable",
    summary="Switch the second factor on",
    dependencies=[guarded(PASSWORD_CHECKS)],
    responses=problems(*IN_PERSON, TotpAlreadyOn, TotpNotSetUp, SecondFactorWrong, TooManyAttempts),
)
async def enable_totp(
    body: TotpCodeIn, context: Ctx, actor: CurrentActor, uow: Uow
) -> RecoveryCodesOut:
    """Confirm the secret with a code; the recovery codes are shown this once."""
    codes = await own.enable_totp(context, uow, actor, code=body.code)
    return RecoveryCodesOut(recovery_codes=codes)


@router.post(
    "/totp/disable",
    status_code=204,
    summary="Switch the second factor off",
    dependencies=[guarded(PASSWORD_CHECKS)],
    responses=problems(*IN_PERSON, PasswordWrong, SecondFactorWrong, TotpNotSetUp, *GUARDED),
)
async def disable_totp(
    body: TotpDisableIn, request: Request, context: Ctx, actor: CurrentActor
) -> None:
    """It takes the password and a code."""
    await own.disable_totp(
        context, get_origin(request), actor, password=body.password, code=body.code
    )
