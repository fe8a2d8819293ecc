"""Changes to many sections at once: read (tables), compared, confirmed, undone."""
