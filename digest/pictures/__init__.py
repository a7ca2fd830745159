"""Safe downloads of the pictures that descriptions link."""
