"""Printed logs, and what can be said of them."""
