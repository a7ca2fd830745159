"""Drafts the "Merged last week" section of a newsletter about a GitHub project."""

__version__ = "0.1.0"
