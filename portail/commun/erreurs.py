"""Base of the domain errors: they carry enums or facts, and the page turns them into sentences."""

from collections.abc import Sequence

from django.db.models import TextChoices


class RefusMetier(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """A gesture that the rules refuse; ``motifs`` holds all the reasons, each with its French label."""

    def __init__(self, motifs: Sequence[TextChoices]) -> None:
        super().__init__(", ".join(str(motif.value) for motif in motifs))
        self.motifs = list(motifs)

    def phrases(self) -> list[str]:
        return [str(motif.label) for motif in self.motifs]
