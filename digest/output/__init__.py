"""Output: templates, JSON, the terminal and the standard streams."""
