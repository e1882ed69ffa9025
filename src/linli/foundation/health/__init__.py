"""Health (体检): can this Linli do its work? Asked by people (`linli doctor`) and by machines (``/health/…``)."""
