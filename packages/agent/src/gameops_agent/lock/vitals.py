"""A machine's load, as the system tells it."""

from typing import Final

import psutil

from gameops_protocol import Metrics

_MIB: Final = 1 << 20
MAX_FOREGROUND: Final = 120


def read_metrics(foreground: str) -> Metrics:
    """CPU since the last call, memory, and the window in front."""
    memory = psutil.virtual_memory()
    return Metrics(
        cpu_percent=psutil.cpu_percent(interval=None),
        memory_percent=memory.percent,
        memory_total_mib=memory.total // _MIB,
        foreground=foreground[:MAX_FOREGROUND],
    )
