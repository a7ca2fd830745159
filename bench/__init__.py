"""What digest costs, in seconds, and how good its candidates are; `make bench` prints it."""
