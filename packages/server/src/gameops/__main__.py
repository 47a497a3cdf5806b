"""``python -m gameops``."""

from gameops.app.cli import main

main()
