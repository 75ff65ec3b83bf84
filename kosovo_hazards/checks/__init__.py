"""Checks: what is wrong with a register, in findings."""
