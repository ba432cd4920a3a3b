"""Refusals of the gestures on files: each holds its sentences, with the facts that the service needs."""

from __future__ import annotations

from collections.abc import Sequence


class DossierRefuse(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """A gesture on a household's file is refused; ``phrases()`` says all the reasons, and what to do."""

    def __init__(self, raisons: Sequence[str]) -> None:
        super().__init__(" ".join(raisons))
        self.raisons = list(raisons)

    def phrases(self) -> list[str]:
        return self.raisons
