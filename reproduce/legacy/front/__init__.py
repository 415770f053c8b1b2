"""TensorFlow 1.15's own Python, which the user fetches, on today's compiled runtime."""
