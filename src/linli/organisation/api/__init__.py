"""The door of the API: who asks, by which token, with which scope; and what a token may learn of itself."""

from linli.organisation.api.gate import TokenRequest, keeper, unchanged
from linli.organisation.api.own import router

__all__ = ["TokenRequest", "keeper", "router", "unchanged"]
