"""The draft pull request of an edition: its sides joined, planned and written."""
