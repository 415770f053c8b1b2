"""How often the comparison is right, measured with right runs and with deliberate mistakes."""
