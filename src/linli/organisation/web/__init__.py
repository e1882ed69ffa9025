"""The door of the house: sign-in, choice of post, and `signed_in` for every page behind it."""

from linli.organisation.web.gate import SignedInRequest, scope_of, signed_in

__all__ = ["SignedInRequest", "scope_of", "signed_in"]
