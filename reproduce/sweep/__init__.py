"""Many seeds: one run of the experiment each, one log file each."""
