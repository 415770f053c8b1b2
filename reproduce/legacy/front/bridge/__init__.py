"""The native module of TensorFlow 1.15, in terms of today's: one file a concern."""
