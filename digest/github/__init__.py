"""GitHub over the network: token, address, the one client, and how each of its faults is treated."""
