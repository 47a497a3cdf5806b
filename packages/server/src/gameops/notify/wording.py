"""What people read on their phones, in their language."""

from collections.abc import Mapping
from typing import Final

_TEXTS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "code_title": "Your code",
        "code": "{code} is your GameOps code. It is valid for 10 minutes. "
        "If you did not ask for it, ignore this message.",
        "started": "You will get messages from {name}. STOP ends them, HELP explains.",
        "stopped": "You will get no more messages from {name}. START begins again.",
        "not_subscribed": "You get no messages from {name}. START begins.",
        "help": "START: get messages. STOP: end them. STATUS: how things are.",
        "status_active": "You get messages from {name}.",
        "status_stopped": "You get no messages from {name}.",
        "closed": "Messages from {name} are by invitation. Please ask at the counter.",
        "mail_footer": "You agreed to get these messages. Change or end them here:",
        "test": "This is a test of {channel}. It works.",
        "test_title": "Test",
    },
    "de": {
        "code_title": "Dein Code",
        "code": "{code} ist dein GameOps-Code. Er gilt 10 Minuten. "
        "Falls du ihn nicht angefordert hast, ignoriere diese Nachricht.",
        "started": "Du bekommst Nachrichten von {name}. STOP beendet sie, HELP erklärt.",
        "stopped": "Du bekommst keine Nachrichten mehr von {name}. START beginnt wieder.",
        "not_subscribed": "Du bekommst keine Nachrichten von {name}. START beginnt.",
        "help": "START: Nachrichten bekommen. STOP: beenden. STATUS: wie es steht.",
        "status_active": "Du bekommst Nachrichten von {name}.",
        "status_stopped": "Du bekommst keine Nachrichten von {name}.",
        "closed": "Nachrichten von {name} gibt es auf Einladung. Frag bitte am Tresen.",
        "mail_footer": "Du hast diesen Nachrichten zugestimmt. Hier kannst du sie ändern:",
        "test": "Dies ist ein Test von {channel}. Er funktioniert.",
        "test_title": "Test",
    },
}


def say(locale: str, key: str) -> str:
    """A text in the nearest language there is."""
    language = locale.partition("-")[0].lower()
    return _TEXTS.get(language, _TEXTS["en"])[key]
