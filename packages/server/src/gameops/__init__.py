"""GameOps: one self-hosted system for a gaming venue and its online community."""

from importlib.metadata import version

__version__ = version("gameops-server")
