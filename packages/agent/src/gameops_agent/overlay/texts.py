"""Everything the overlay says, in English and German."""

# ruff: noqa: RUF001 - typographic marks are meant

from typing import Final

_EN: Final = {
    "ask_counter": "Ask at the counter to play",
    "ask_counter_or": "Ask at the counter, or sign in",
    "ready": "Ready",
    "locked": "Locked",
    "time_up": "Your time is up",
    "out_of_reach": "Offline",
    "connected": "Connected",
    "offline": "No connection to the server",
    "enrol_again": "This station must be enrolled again",
    "enrol_again_how": "Create a new enrolment code for it and enter it on this machine.",
    "sign_in": "Sign in",
    "sign_in_hint": "Play with your account or a voucher.",
    "account": "Account",
    "voucher": "Voucher",
    "identifier": "User name or e-mail",
    "password": "Password",
    "voucher_code": "Voucher code",
    "start": "Start playing",
    "checking": "One moment…",
    "fill_in": "Please fill in every field.",
    "paused": "Paused",
    "paused_how": "Your time stands still. Ask at the counter to go on.",
    "time_left": "Time left",
    "time_left_lower": "left",
    "ends_at": "ends {time}",
    "maintenance": "Out of order",
    "maintenance_how": "This station is being serviced. Please choose another one.",
    "enrol": "Enrol this station",
    "enrol_how": "Create an enrolment code under Floor › Stations, then run on this machine:",
    "enrol_command": "gameops-agent enrol --server https://your-server CODE",
    "more_time": "Ask for more time",
    "minutes_short": "{minutes} min",
    "minimise": "Minimise",
    "asked": "Asked. The staff will see it.",
    "not_asked": "Not sent: there is no connection. Ask at the counter.",
    "warn_minutes": "{minutes} minutes left",
    "warn_minute": "1 minute left",
    "warn_seconds": "{seconds} seconds left",
    "warn_how": "Save your game, or ask for more time.",
    "staff_message": "Message from the staff",
    "ok": "OK",
    "hello": "Hello, {player}",
    "error_unknown": "That did not work. Ask at the counter.",
    "error_offline": "There is no connection to the server. Ask at the counter.",
    "error_credentials": "The name or password is wrong.",
    "error_voucher": "This voucher is not valid.",
    "error_counter": "That is not possible here. Ask at the counter.",
    "error_age": "This is not allowed at your age at this time. Ask at the counter.",
    "error_closed": "The venue is closed.",
    "error_funds": "There is no time or money left on this account.",
    "error_busy": "This station is taken. Ask at the counter.",
    "error_limited": "Too many attempts. Wait a minute and try again.",
    "error_suspended": "This account is blocked. Ask at the counter.",
    "error_elsewhere": "This account is already playing at another station.",
}
_DE: Final = {
    "ask_counter": "Zum Spielen an der Theke melden",
    "ask_counter_or": "An der Theke melden oder anmelden",
    "ready": "Bereit",
    "locked": "Gesperrt",
    "time_up": "Deine Zeit ist um",
    "out_of_reach": "Offline",
    "connected": "Verbunden",
    "offline": "Keine Verbindung zum Server",
    "enrol_again": "Dieser Platz muss neu angemeldet werden",
    "enrol_again_how": "Einen neuen Anmeldecode erzeugen und an diesem Rechner eingeben.",
    "sign_in": "Anmelden",
    "sign_in_hint": "Mit Konto oder Gutschein spielen.",
    "account": "Konto",
    "voucher": "Gutschein",
    "identifier": "Benutzername oder E-Mail",
    "password": "Passwort",
    "voucher_code": "Gutscheincode",
    "start": "Los geht’s",
    "checking": "Einen Moment…",
    "fill_in": "Bitte alle Felder ausfüllen.",
    "paused": "Pause",
    "paused_how": "Deine Zeit steht still. Zum Weiterspielen an der Theke melden.",
    "time_left": "Restzeit",
    "time_left_lower": "übrig",
    "ends_at": "bis {time} Uhr",
    "maintenance": "Außer Betrieb",
    "maintenance_how": "Dieser Platz wird gewartet. Bitte einen anderen wählen.",
    "enrol": "Diesen Platz anmelden",
    "enrol_how": "Unter Floor › Stations einen Anmeldecode erzeugen, dann hier ausführen:",
    "enrol_command": "gameops-agent enrol --server https://dein-server CODE",
    "more_time": "Um mehr Zeit bitten",
    "minutes_short": "{minutes} Min.",
    "minimise": "Minimieren",
    "asked": "Angefragt. Das Personal sieht es.",
    "not_asked": "Nicht gesendet: keine Verbindung. Bitte an der Theke melden.",
    "warn_minutes": "Noch {minutes} Minuten",
    "warn_minute": "Noch 1 Minute",
    "warn_seconds": "Noch {seconds} Sekunden",
    "warn_how": "Spielstand sichern oder um mehr Zeit bitten.",
    "staff_message": "Nachricht vom Personal",
    "ok": "OK",
    "hello": "Hallo, {player}",
    "error_unknown": "Das hat nicht geklappt. Bitte an der Theke melden.",
    "error_offline": "Keine Verbindung zum Server. Bitte an der Theke melden.",
    "error_credentials": "Name oder Passwort ist falsch.",
    "error_voucher": "Dieser Gutschein ist nicht gültig.",
    "error_counter": "Das geht hier nicht. Bitte an der Theke melden.",
    "error_age": "Das ist in deinem Alter jetzt nicht erlaubt. Bitte an der Theke melden.",
    "error_closed": "Wir haben geschlossen.",
    "error_funds": "Auf diesem Konto ist keine Zeit und kein Guthaben mehr.",
    "error_busy": "Dieser Platz ist belegt. Bitte an der Theke melden.",
    "error_limited": "Zu viele Versuche. Bitte eine Minute warten.",
    "error_suspended": "Dieses Konto ist gesperrt. Bitte an der Theke melden.",
    "error_elsewhere": "Mit diesem Konto wird schon an einem anderen Platz gespielt.",
}
CATALOGUE: Final = {"en": _EN, "de": _DE}

_ERRORS: Final = {
    "agent.offline": "error_offline",
    "billing.credit_limit_reached": "error_funds",
    "billing.insufficient_funds": "error_funds",
    "core.rate_limited": "error_limited",
    "identity.second_factor_required": "error_counter",
    "identity.too_many_attempts": "error_limited",
    "identity.wrong_credentials": "error_credentials",
    "venue.curfew": "error_age",
    "venue.customer_banned": "error_suspended",
    "venue.age_unknown": "error_age",
    "venue.member_already_playing": "error_elsewhere",
    "venue.member_needed": "error_counter",
    "venue.nothing_to_play": "error_funds",
    "venue.payment_needed": "error_funds",
    "venue.self_service_off": "error_counter",
    "venue.station_busy": "error_busy",
    "venue.station_in_maintenance": "maintenance_how",
    "venue.too_young": "error_age",
    "venue.venue_closed": "error_closed",
    "venue.voucher_invalid": "error_voucher",
}


class Texts:
    """One language; a locale such as ``de-AT`` takes the language it belongs to."""

    def __init__(self, locale: str) -> None:
        language = locale.replace("_", "-").split("-")[0].casefold()
        self._texts = CATALOGUE.get(language, _EN)

    def __call__(self, key: str, **values: object) -> str:
        """The text, with its gaps filled."""
        return self._texts[key].format(**values)

    def error(self, code: str, detail: str = "") -> str:
        """What to tell the player about a failed sign-in."""
        known = _ERRORS.get(code)
        return self(known) if known else detail or self("error_unknown")
