"""What a process gives up before it reads a file of unknown origin: the network, and time and memory without end."""

from __future__ import annotations

import ctypes
import math
import sys
from contextlib import suppress

__all__ = ["isolate"]

_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000


def isolate(*, seconds: float, memory_bytes: int) -> bool:
    """Give up the network where the system allows it, and set bounds; to be called before threads start.

    Parameters
    ----------
    seconds
        Time of the processor that the process may take.
    memory_bytes
        Memory that it may take.

    Returns
    -------
    Whether it has no network now.
    """
    with suppress(ImportError):
        import resource

        limits = [
            (resource.RLIMIT_CPU, math.ceil(seconds)),
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_AS, memory_bytes),
        ]
        for which, most in limits:
            # Systems differ in what they let a process bound.
            with suppress(ValueError, OSError):
                resource.setrlimit(which, (most, most))
    return _without_network()


def _without_network() -> bool:
    if not sys.platform.startswith("linux"):
        return False
    with suppress(OSError, AttributeError):
        system = ctypes.CDLL(None, use_errno=True)
        return any(system.unshare(flags) == 0 for flags in (_NEW_USER | _NEW_NETWORK, _NEW_NETWORK))
    return False
