"""Formats: a file is opened by what it is, its records come out as the source holds them and are counted twice.

`opening` is the way in; each format has its module, named as in `writing`; `gdal` is the only door to GDAL, `outlines`
and `json_table` are what the formats share that we read ourselves.
"""
