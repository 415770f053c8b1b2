"""Printed logs, and what can be said of them.  No module here imports TensorFlow."""
