"""Modules of 1.15's that were compiled, or of other packages, written in Python."""
