"""What the doctor knows: of this environment, of a script before it runs, of an error."""
