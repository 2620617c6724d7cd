"""What if it stops: the stops that a study asks about, played for its importer."""
