"""The registration form on paper: the same questions as online, to fill by hand. Tagged (PDF/UA-1)."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from contenu.models import Commune
from documents.enums import Portee
from documents.models import PieceRequise
from enfants.enums import Niveau
from familles.enums import LienResponsable, Regime, SituationFamiliale
from portail.commun.pdf import ecrire


def fiche(commune: Commune) -> bytes:
    """Return the form of this town; made again only when the town or what it asks has changed."""
    exigences = PieceRequise.objects.filter(accueil_cle=None, type__actif=True).select_related("type")
    pieces = tuple(
        dict.fromkeys(
            (piece.type.nom, piece.type.aide, piece.type.portee == Portee.ENFANT)
            for piece in exigences.order_by("type__ordre", "type__nom")
        )
    )
    identite = (commune.nom, commune.adresse, f"{commune.code_postal} {commune.commune}".strip(), commune.telephone)
    return _rendre(identite, commune.courriel, commune.couleur_principale, pieces)


@lru_cache(maxsize=4)
def _rendre(identite: tuple[str, ...], courriel: str, couleur: str, pieces: tuple[tuple[str, str, bool], ...]) -> bytes:
    html = render_to_string(
        "inscriptions/pdf/fiche.html",
        {
            "nom": identite[0],
            "coordonnees": [ligne for ligne in identite[1:] if ligne],
            "courriel": courriel,
            "adresse_en_ligne": f"{settings.SITE_URL}{reverse('inscriptions:accueil')}",
            "adultes": (1, 2),
            "enfants": (1, 2, 3),
            "situations": SituationFamiliale.labels,
            "regimes": Regime.labels,
            "liens": LienResponsable.labels,
            "niveaux": ", ".join(map(str, Niveau.labels[:4])) + "…",
            "pieces": pieces,
        },
    )
    feuille = render_to_string("inscriptions/pdf/fiche.css", {"couleur": couleur})
    return ecrire(html=html, css=feuille)
