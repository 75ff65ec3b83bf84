"""Lists of points, one a record, as forms and lists of finds have them.

`places` finds the place that each row tells, `accounting` takes each record or rejects it with the reason.
"""
