"""Reads across rooms for the portal's pages."""
