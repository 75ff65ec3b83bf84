"""Points: tables of coordinates, turning points and demining records made into polygons."""
