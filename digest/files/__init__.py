"""Reads and writes files: an edition's folder, settings files, packaged files."""
