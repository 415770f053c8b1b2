"""The flags of the main job, and the checked plan that they become."""
