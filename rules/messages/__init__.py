"""The words of everything that lands in a helpdesk, one module a language."""

from rules.messages.texts import Texts

__all__ = ["Texts"]
