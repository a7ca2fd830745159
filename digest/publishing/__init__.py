"""What `digest publish` does: look at what is there, plan, write, and look again where somebody was quicker."""
