"""What is to be done about the draft pull request, and the words of it; pure."""
