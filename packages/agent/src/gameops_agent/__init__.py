"""The GameOps station agent: enforces sold time on one gaming PC.

A core (``station``, ``link``, ``session``) decides from the server's lease what the player may
do; an enforcer (``lock``) makes it so; the overlay helper (``overlay``) is what the player sees.
"""

from typing import Final

VERSION: Final = "0.1.0"
