"""Input from outside: pull requests from GitHub or a saved snapshot, settings from files."""
