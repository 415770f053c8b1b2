"""A run's folder: its log, checkpoints, TensorBoard events and manifest, and going on from them."""
