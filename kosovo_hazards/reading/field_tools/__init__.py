"""What field tools hand over beside plain polygons: GNSS receivers, drawing programs, survey forms.

`gpx`, `dxf` and `mapinfo` open files; `forms` and `column_groups` understand the exports of survey forms; `curves`,
`coded_values` and `html_tables` read what Esri JSON and KML hold beyond rings and cells. `lines` closes outlines.
"""
