"""Every table of every domain, for migrations and their check."""

from typing import Final

import gameops.core.model  # noqa: F401 -- registers its table
from gameops.core.db import Base

METADATA: Final = Base.metadata
