"""What the answers of a child's households amount to."""

from collections.abc import Iterable


def accord_effectif(accords: Iterable[bool]) -> bool:
    """Return yes when at least one household answered and none says no: the refusal of one parent is respected."""
    reponses = list(accords)
    return bool(reponses) and all(reponses)
