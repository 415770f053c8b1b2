"""What Python and other packages have dropped since 2019 and programs of the time use, put back."""
