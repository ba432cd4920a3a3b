"""The PDF of an issued invoice: tagged (PDF/UA-1), made once outside any transaction, then always the same bytes."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import lru_cache

import qrcode
import qrcode.image.svg
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from contenu.models import Commune
from facturation.models import Facture, PdfFacture
from facturation.presentation import groupes_de_lignes
from portail.commun.pdf import ecrire


def obtenir(facture: Facture, maintenant: datetime) -> PdfFacture:
    """Return the kept PDF of an issued invoice, made now if it was not yet.

    Two makers at once both render, and only one row is kept: everyone reads that one.
    """
    garde = PdfFacture.objects.filter(facture=facture).first()
    if garde is None:
        contenu = rendre(facture)
        PdfFacture.objects.bulk_create(
            [
                PdfFacture(
                    facture=facture, contenu=contenu, sha256=hashlib.sha256(contenu).hexdigest(), cree_le=maintenant
                )
            ],
            ignore_conflicts=True,
        )
        garde = PdfFacture.objects.get(facture=facture)
    return garde


def preparer(facture_id: int, maintenant: datetime) -> bool:
    """Make the PDF of an invoice if it has none; return whether there was something to do."""
    if PdfFacture.objects.filter(facture=facture_id).exists():
        return False
    obtenir(Facture.objects.visibles().select_related("regie").get(pk=facture_id), maintenant)
    return True


def rendre(facture: Facture) -> bytes:
    """Return the bytes of a new PDF, from what the invoice keeps."""
    commune = Commune.objects.filter(pk=1).first()
    adresse = settings.SITE_URL + reverse("facturation:detail", args=[facture.cle])
    actifs = {"code.svg": (_code(adresse), "image/svg+xml")}
    if commune and commune.logo:
        with commune.logo.open() as fichier:
            actifs["logo"] = (fichier.read(), "")
    html = render_to_string(
        "facturation/pdf/facture.html",
        {
            "facture": facture,
            "regie": facture.regie,
            "commune": commune,
            "groupes": groupes_de_lignes(facture.lignes.all()),
            "adresse": adresse,
            "site": settings.SITE_URL,
            "avec_logo": "logo" in actifs,
        },
    )
    return ecrire(html=html, css=_feuille(_couleur(commune)), actifs=actifs)


def _couleur(commune: Commune | None) -> str:
    return commune.couleur_principale if commune else "#0B5563"


def _code(adresse: str) -> bytes:
    """Return the drawing that a phone's camera reads to open the invoice."""
    dessin: bytes = qrcode.make(adresse, image_factory=qrcode.image.svg.SvgPathImage, border=0).to_string()
    return dessin


@lru_cache(maxsize=4)
def _feuille(couleur: str) -> str:
    return render_to_string("facturation/pdf/facture.css", {"couleur": couleur})
