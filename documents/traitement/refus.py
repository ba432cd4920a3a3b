"""The refusal of the sub-process: a code of ``documents.enums.MotifRefus``, without Django."""


class Refus(Exception):  # noqa: N818 - an answer, not a fault
    def __init__(self, motif: str) -> None:
        super().__init__(motif)
        self.motif = motif
