"""Formats: a file is opened by what it is, and its records come out as the source holds them.

`opening` is the way in: `paths` finds the file, `kinds` tells what it is by its bytes, `archives` unpacks; each
format has its module, named as in `writing`; `encoding` and `geojson_text` are what some of them share.
"""
