"""Refusals of the gestures on files: each holds its sentences, with the facts that the service needs."""

from __future__ import annotations

from collections.abc import Sequence

from portail.commun.erreurs import RefusMetier


class DossierRefuse(RefusMetier):
    """A gesture on a household's file is refused; ``phrases()`` says all the reasons, and what to do."""

    def __init__(self, raisons: Sequence[str]) -> None:
        Exception.__init__(self, " ".join(raisons))
        self.raisons = list(raisons)

    def phrases(self) -> list[str]:
        return self.raisons
