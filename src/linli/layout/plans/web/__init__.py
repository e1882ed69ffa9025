"""Pages of adjustment plans."""
