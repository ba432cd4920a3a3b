"""Snapshots kept in the repository: a right that changes shows in the diff, and is accepted on purpose."""

import os
from pathlib import Path

DOSSIER = Path(__file__).parent / "instantanes"


def comparer(nom, lignes):
    """Compare with the committed file; ``MAJ_INSTANTANES=oui`` writes it again, to be read in the diff."""
    texte = "\n".join(lignes) + "\n"
    fichier = DOSSIER / nom
    if os.environ.get("MAJ_INSTANTANES"):
        fichier.write_text(texte)
    assert texte == fichier.read_text(), f"{fichier.name} a changé : relire, puis MAJ_INSTANTANES=oui"
