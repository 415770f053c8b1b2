"""What the commands and the rooms below them share; nothing here knows the experiment."""
