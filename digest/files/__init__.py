"""What is read from and written to disk: an edition's folder, settings files, packaged files."""
