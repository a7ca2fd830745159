"""Runs digest for `python -m digest`."""

from digest.cli import main

main()
