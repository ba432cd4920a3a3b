"""News of the demonstration town that only some people read."""

from __future__ import annotations

from datetime import datetime, timedelta

from contenu.enums import PublicActualite
from contenu.models import Actualite, CibleActualite
from enfants.models import Ecole
from portail.demonstration.contenu import texte
from portail.demonstration.foyers import BOUTLE
from portail.publics import ECOLE


def charger_actualites_reservees(maintenant: datetime) -> None:
    """Write one news for the households that are logged in, and one for those of a school."""
    _ecrire(
        "verifiez-votre-fiche",
        "Avant les vacances, vérifiez votre fiche",
        "Adresse, téléphone, personnes autorisées : c’est ce que les animateurs ont sous les yeux.",
        PublicActualite.FAMILLES,
        maintenant - timedelta(days=4),
    )
    invitation = _ecrire(
        "portes-ouvertes-alain-boutle",
        "Portes ouvertes au restaurant scolaire Alain Boutle",
        "Samedi matin : visite des cuisines et dégustation.",
        PublicActualite.CIBLES,
        maintenant - timedelta(days=2),
    )
    ecole = Ecole.objects.get(nom=BOUTLE)
    CibleActualite.objects.get_or_create(
        actualite=invitation, cle=f"{ECOLE}{ecole.pk}", defaults={"nom": f"École\u00a0: {ecole.nom}"}
    )


def _ecrire(slug: str, titre: str, resume: str, public: PublicActualite, publiee_le: datetime) -> Actualite:
    actualite, _ = Actualite.objects.get_or_create(
        slug=slug,
        defaults={
            "titre": titre,
            "resume": resume,
            "texte": texte(slug),
            "public": public,
            "publiee_le": publiee_le,
            "publiee_jusqu_au": publiee_le + timedelta(days=45),
        },
    )
    return actualite
