"""`python -m digest`."""

from digest.commands import main

main()
