"""Plans in words: verbs, reasons, requirements, conflicts; every sentence comes from figures."""
