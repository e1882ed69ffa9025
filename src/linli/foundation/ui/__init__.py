"""Look and feel shared by every page: frames, fragments, styles, map and chart modules."""
