"""What digest costs, in seconds; `make bench` prints it."""
