"""Lets ``python -m kosovo_hazards`` do what the command ``kosovo-hazards`` does."""

from kosovo_hazards.cli import main

main()
