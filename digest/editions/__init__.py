"""An edition, and the runs that change it."""
