"""Templates with ``{placeholders}``: safe, because nothing but names can stand in them."""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Final, Literal

Escape = Literal["none", "discord"]
Value = str | int

_TOKEN: Final = re.compile(r"\{\{|\}\}|\{([a-z][a-z0-9_]{0,39})\}")
_UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")
_MARKDOWN: Final = re.compile(r"([\\*_~`|>#\[\]()<@])")
_PLAIN_URL: Final = re.compile(r"(?:(?<=\s)|^)(https?://[A-Za-z0-9._:/?#%&=+-]+)(?=\s|$)")
LONGEST_VALUE: Final = 500


def render(template: str, values: Mapping[str, Value], *, escape: Escape) -> str:
    """The template with its values; what it names and nobody knows stays as it is written."""
    write = _ESCAPES[escape]

    def replace(match: re.Match[str]) -> str:
        name = match[1]
        if name is None:
            return match[0][0]
        return write(one_line(values[name])) if name in values else match[0]

    return _TOKEN.sub(replace, template)


def unknown_placeholders(template: str, known: Collection[str]) -> list[str]:
    """The names in a template that nothing will fill in, each once, in their order."""
    names = (match[1] for match in _TOKEN.finditer(template))
    return list(dict.fromkeys(name for name in names if name is not None and name not in known))


def one_line(value: Value) -> str:
    """A value as it may stand in a message: one line, nothing invisible, not endless."""
    return _UNSEEN.sub(" ", str(value)).strip()[:LONGEST_VALUE]


def escape_markdown(text: str) -> str:
    """Text that Discord shows as it is; a plain URL stays one."""
    parts = _PLAIN_URL.split(text)
    return "".join(
        part if index % 2 else _MARKDOWN.sub(r"\\\1", part) for index, part in enumerate(parts)
    )


_ESCAPES: Final[Mapping[Escape, Callable[[str], str]]] = {
    "none": lambda text: text,
    "discord": escape_markdown,
}
