"""Pure compute: arrays in, arrays out; no Django, no files, no network, no clock."""
