"""What two names of organizations have to do with one another: the same, parent, one family, different, or unsure."""
