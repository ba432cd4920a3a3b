"""The PDF of an issued invoice: tagged (PDF/UA-1), made once outside any transaction, then always the same bytes."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import lru_cache
from typing import Any

import qrcode
import qrcode.image.svg
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from contenu.models import Commune
from facturation.models import Facture, PdfFacture
from facturation.presentation import groupes_de_lignes

#: Prefix of the only addresses that a document may name; what follows is the name of an asset given in memory.
ACTIF = "asset:"


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
    from weasyprint import HTML  # noqa: PLC0415 - needs pango, and costs half a second

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
    document = HTML(string=html, base_url=ACTIF, url_fetcher=_lecteur(actifs))
    octets: bytes = document.write_pdf(
        stylesheets=_feuilles(_couleur(commune)), font_config=_polices(), pdf_variant="pdf/ua-1", pdf_tags=True
    )
    return octets


def _couleur(commune: Commune | None) -> str:
    return commune.couleur_principale if commune else "#0B5563"


def _code(adresse: str) -> bytes:
    """Return the drawing that a phone's camera reads to open the invoice."""
    dessin: bytes = qrcode.make(adresse, image_factory=qrcode.image.svg.SvgPathImage, border=0).to_string()
    return dessin


@lru_cache(maxsize=1)
def _polices() -> Any:
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415

    return FontConfiguration()


@lru_cache(maxsize=4)
def _feuilles(couleur: str) -> list[Any]:
    from weasyprint import CSS  # noqa: PLC0415

    texte = render_to_string("facturation/pdf/facture.css", {"couleur": couleur})
    return [CSS(string=texte, font_config=_polices(), url_fetcher=_lecteur({}))]


def _lecteur(actifs: dict[str, tuple[bytes, str]]) -> Any:
    """Return a fetcher that gives the named assets and refuses everything else: no file, no network."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse  # noqa: PLC0415

    class LecteurFerme(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: object = None) -> Any:
            nom = url.removeprefix(ACTIF)
            if not url.startswith(ACTIF) or nom not in actifs:
                raise FatalURLFetchingError(f"adresse interdite dans un PDF : {url[:80]}")
            contenu, genre = actifs[nom]
            return URLFetcherResponse(url, contenu, {"Content-Type": genre} if genre else {})

    return LecteurFerme()
