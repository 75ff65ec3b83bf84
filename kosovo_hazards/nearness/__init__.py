"""Nearness: how far points and routes lie from the nearest hazardous area, and what may be said of it.

`answers` gives the distances and verdicts, `verdicts` words them; `asked` is what is asked about, `known` the hazards
of the register, `coverage` where it tells anything; `plane` and `outlines` find which edges may be nearest,
`distances` measures on the ellipsoid.
"""

from kosovo_hazards.nearness.answers import Nearness, near

__all__ = ["Nearness", "near"]
