"""What prevents a household from booking, named, with where to go."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Blocage:
    """One reason. ``phrase`` is shown as it is; ``lien`` is a path of the portal."""

    code: str
    phrase: str
    lien: str = ""
    libelle_lien: str = ""
