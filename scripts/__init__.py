"""What makes and checks things beside the product: run as `python -m scripts.NAME`."""
