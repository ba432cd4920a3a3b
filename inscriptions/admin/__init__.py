"""The service's screens: the queue of the files, and the answer."""

from inscriptions.admin import dossier

__all__ = ["dossier"]
