"""What an edition is, and what a run does to it."""
