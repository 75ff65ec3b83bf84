"""Reading: registers and release results from files and tables, each record accounted for."""
