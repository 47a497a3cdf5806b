"""Reading URLs that people typed."""

from urllib.parse import SplitResult, urlsplit


def split(url: str) -> SplitResult | None:
    """A URL's parts; ``None`` for what cannot be one (a broken bracket, a port of letters)."""
    try:
        parts = urlsplit(url)
        _ = parts.port, parts.hostname
    except ValueError:
        return None
    return parts
