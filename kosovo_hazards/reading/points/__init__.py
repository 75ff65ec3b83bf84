"""Points: coordinates in cells, turning points and demining records made into polygons.

`from_columns` is the way in for tables of any kind, `turning_points` for records of demining teams; `coordinates` reads
what people write, `columns` and `rows` put points in their order, `geometry_cells` reads a whole shape in a cell.
"""
