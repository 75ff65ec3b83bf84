"""Points: coordinates in cells, turning points and demining records made into polygons.

`from_columns` is the way in for tables of any kind, `turning_points` for records of demining teams. What people write
is read from the bottom up: `tokens`, `measures` (one coordinate), `pairs` (a point), `grids` (UTM and MGRS),
`coordinates` (the points of a cell), `axes` (of two columns). `systems` tells the CRS of each, `columns` and `rows` put
points in their order, `geometry_cells` reads a whole shape in a cell.
"""
