"""Running an unmodified TensorFlow 1.x script on today's TensorFlow."""
