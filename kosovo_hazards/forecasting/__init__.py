"""Forecasts: when the work will be done, and with what chance by a deadline.

`past_rates` takes whole years and tells what looks wrong, `chances` counts what they lead to and `sensitivity` how much
that hangs on each of them; `scenarios` follows plans, `capacity` teams; `forecasts` puts all together in `wording`.
"""

from kosovo_hazards.forecasting.capacity import Capacity
from kosovo_hazards.forecasting.forecasts import Forecast, forecast
from kosovo_hazards.forecasting.sensitivity import percent

__all__ = ["Capacity", "Forecast", "forecast", "percent"]
