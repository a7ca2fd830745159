"""GitHub over the network: address, token, client, faults and answers."""
