"""Composes a digest from facts. Pure: no network, disk, clock or terminal."""
