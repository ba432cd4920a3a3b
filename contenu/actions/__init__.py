"""The gestures of this app: threads with the service, menus of the canteen."""

from contenu.actions.echanges import clore, completer, ecrire, repondre

__all__ = ["clore", "completer", "ecrire", "repondre"]
