"""Output to outside: rendered text, the edition's folder, JSON, the terminal."""
