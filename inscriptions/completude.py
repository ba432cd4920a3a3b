"""What a file still lacks, read from the database for the rules."""

from __future__ import annotations

from inscriptions import regles
from inscriptions.models import DossierInscription


def manques_de(dossier: DossierInscription) -> list[regles.Manque]:
    """Return what prevents the sending; two queries."""
    adultes = [
        regles.Adulte(str(adulte), bool(adulte.telephones() or dossier.telephone), adulte.autorite_parentale)
        for adulte in dossier.adultes.all()
    ]
    rempli = all((dossier.nom, dossier.adresse, dossier.code_postal, dossier.ville))
    return regles.manques(regles.Etat(rempli, adultes, dossier.enfants.count()))
