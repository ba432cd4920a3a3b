"""The toolbox of the demonstration town: printed forms made from its texts."""

from __future__ import annotations

import hashlib
import io
import logging
from datetime import datetime, timedelta
from functools import lru_cache

import pikepdf
from django.template.loader import render_to_string

from contenu.enums import FormatFichier
from contenu.mise_en_forme import rendre
from contenu.models import Commune, ContenuTelechargement, PageInformation, Telechargement
from portail.commun import pdf
from portail.demonstration.contenu import texte

journal = logging.getLogger(__name__)

#: Address of the text, title, what it is for, heading of the menu.
IMPRIMES = [
    (
        "fiche-inscription",
        "Fiche d’inscription à imprimer",
        "À remplir et à remettre au service pour ouvrir votre compte.",
        "boite-a-outils",
    ),
    (
        "reglement-interieur",
        "Règlement intérieur des accueils",
        "Inscription, réservation, repas, départ des enfants, paiement.",
        "boite-a-outils",
    ),
]
DEPUIS = timedelta(days=30)


def charger_telechargements(maintenant: datetime) -> None:
    """Write the files that are missing; without the libraries that draw PDFs, the town goes without them."""
    commune = Commune.objects.get(pk=1)
    for ordre, (slug, titre, description, rubrique) in enumerate(IMPRIMES, start=10):
        if Telechargement.objects.filter(titre=titre).exists():
            continue
        try:
            contenu = _imprimer(slug, titre, commune)
        except OSError as erreur:
            journal.warning("fichiers de la boîte à outils non préparés : %s", erreur)
            return
        fichier = Telechargement.objects.create(
            titre=titre,
            description=description,
            page=PageInformation.objects.filter(slug=rubrique).first(),
            ordre=ordre,
            publie_le=maintenant - DEPUIS,
            format=FormatFichier.PDF,
            octets=len(contenu),
            pages=_pages(contenu),
            empreinte=hashlib.sha256(contenu).hexdigest(),
        )
        ContenuTelechargement.objects.create(telechargement=fichier, octets=contenu)


def _imprimer(slug: str, titre: str, commune: Commune) -> bytes:
    html = render_to_string(
        "portail/demonstration/imprime.html", {"titre": titre, "commune": commune, "corps": rendre(texte(slug))}
    )
    return _ecrire(html, render_to_string("portail/demonstration/imprime.css", {"couleur": commune.couleur_principale}))


@lru_cache(maxsize=8)
def _ecrire(html: str, css: str) -> bytes:
    """Drawn once for a process that loads the town several times."""
    return pdf.ecrire(html=html, css=css)


def _pages(contenu: bytes) -> int:
    with pikepdf.open(io.BytesIO(contenu)) as document:
        return len(document.pages)
