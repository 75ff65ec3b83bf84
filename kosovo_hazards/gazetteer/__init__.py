"""Places: any spelling of a name to its unit, units with their polygons, and what lies in them."""
