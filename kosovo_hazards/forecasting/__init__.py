"""Forecasts: when the work will be done, and with what chance by a deadline.

`forecasts` puts together `chances` (from past years), `scenarios` (plans at given rates) and `capacity` (teams).
"""

from kosovo_hazards.forecasting.capacity import Capacity
from kosovo_hazards.forecasting.forecasts import Forecast, forecast

__all__ = ["Capacity", "Forecast", "forecast"]
