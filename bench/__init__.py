"""Benchmarks: the time that digest takes, and the quality of its candidates."""
