"""Making of PDFs: what a document may show is given in memory, and nothing else is read, from a file or the network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

#: Prefix of the only addresses that a document may name; what follows is the name of an asset given in memory.
ACTIF = "asset:"
#: Assets by name, each with its content and its media type (empty: found from the content).
Actifs = Mapping[str, tuple[bytes, str]]


def ecrire(*, html: str, css: str, actifs: Actifs | None = None) -> bytes:
    """Return a tagged PDF (PDF/UA-1) of a page and its style sheet; ``asset:<name>`` names one of ``actifs``."""
    from weasyprint import HTML  # noqa: PLC0415 - needs pango, and costs half a second

    document = HTML(string=html, base_url=ACTIF, url_fetcher=lecteur_ferme(actifs or {}))
    octets: bytes = document.write_pdf(
        stylesheets=_feuilles(css), font_config=_polices(), pdf_variant="pdf/ua-1", pdf_tags=True
    )
    return octets


@lru_cache(maxsize=1)
def _polices() -> Any:
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415

    return FontConfiguration()


@lru_cache(maxsize=8)
def _feuilles(css: str) -> Sequence[Any]:
    from weasyprint import CSS  # noqa: PLC0415

    return [CSS(string=css, font_config=_polices(), url_fetcher=lecteur_ferme({}))]


def lecteur_ferme(actifs: Actifs) -> Any:
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
