"""Pure rules of the registry: the catalogue of fields, tests of a survey row, kinds of findings."""
