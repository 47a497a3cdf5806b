"""``gameops`` and ``python -m gameops``."""

import gc


def main() -> None:
    """Load the program without the garbage collector, which would find nothing, and run it."""
    gc.disable()
    from gameops.app.cli import main as run  # noqa: PLC0415 -- that is what takes the time

    gc.enable()
    run()


if __name__ == "__main__":
    main()
