"""Forecasts: when the work will be done, and with what chance by a deadline."""
