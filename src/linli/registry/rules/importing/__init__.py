"""How a file becomes rows of the ledger: columns, values, coordinates, verdicts. Pure; no database."""
