"""What a new installation has: channels from the environment, and a community for reports."""

from gameops.alerts.api import prepare
from gameops.app.settings import Settings
from gameops.core.context import Context
from gameops.notify.api import NotifyOptions, Presets, TwilioAccount, ensure_preset_channels


async def ensure_presets(context: Context, settings: Settings) -> None:
    """Harmless to repeat: at every start."""
    presets = Presets(
        secret=context.secret,
        options=context.option(NotifyOptions),
        discord_webhook=settings.discord_webhook,
        twilio=_twilio(settings),
    )
    async with context.unit_of_work() as uow:
        await prepare(uow, await ensure_preset_channels(uow, presets))


def _twilio(settings: Settings) -> TwilioAccount | None:
    account, token, number = (
        settings.twilio_account,
        settings.twilio_token,
        settings.twilio_number,
    )
    if account is None or token is None or number is None:
        return None
    return TwilioAccount(account_sid=account, auth_token=token, number=number)
