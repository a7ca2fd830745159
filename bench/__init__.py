"""What digest costs, in seconds, and how good its suggestions are; `make bench` prints it."""
