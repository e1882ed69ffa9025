"""As many communities as possible (max-p)."""
def most_communities(*a, **k): raise NotImplementedError
