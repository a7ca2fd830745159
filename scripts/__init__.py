"""Scripts that make and check things; run one as `python -m scripts.NAME`."""
