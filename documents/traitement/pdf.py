"""PDFs are written again with their drawn pages only: no script, no action, no attachment, no metadata. No Django."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String
from PIL import Image

from documents.traitement import limites
from documents.traitement.refus import Refus

#: What a page keeps; annotations are first drawn into it, so that a filled form stays readable.
CLES_DE_PAGE = {
    "/Type",
    "/Parent",
    "/Contents",
    "/Resources",
    "/MediaBox",
    "/CropBox",
    "/Rotate",
    "/UserUnit",
    "/Group",
}
#: Keys that act, attach, name a file elsewhere or describe the author, wherever they are.
CLES_INTERDITES = {
    "/JS",
    "/JavaScript",
    "/OpenAction",
    "/AA",
    "/A",
    "/Launch",
    "/EmbeddedFile",
    "/EmbeddedFiles",
    "/EF",
    "/AF",
    "/Filespec",
    "/RichMedia",
    "/RichMediaContent",
    "/XFA",
    "/AcroForm",
    "/Annots",
    "/SubmitForm",
    "/URI",
    "/Names",
    "/Dests",
    "/Outlines",
    "/Metadata",
    "/PieceInfo",
    "/OPI",
    "/Ref",
    "/Alternates",
    "/Collection",
    "/Threads",
    "/Perms",
    "/DSS",
    "/LastModified",
}
#: Dictionaries whose keys are names chosen by the author (a font may be called /A): their values are walked.
NOMS_LIBRES = {
    "/Font",
    "/XObject",
    "/ExtGState",
    "/ColorSpace",
    "/Pattern",
    "/Shading",
    "/Properties",
    "/CharProcs",
    "/Colorants",
}
#: In a stream these name an external file.
CLES_DE_FLUX_INTERDITES = {"/F", "/FFilter", "/FDecodeParms"}
PROFONDEUR_MAXIMALE = 100
A4 = (595.0, 842.0)


def refaire(chemin: Path, sortie: Path) -> dict[str, object]:
    """Write at ``sortie`` a PDF made of the drawn pages of another; return its type and number of pages."""
    try:
        with pikepdf.open(chemin, suppress_warnings=True) as source:
            _verifier(source)
            _dessiner_les_annotations(source)
            with Pdf.new() as propre:
                propre.pages.extend(source.pages)
                _nettoyer(propre)
                _enregistrer(propre, sortie)
    except pikepdf.PasswordError as protege:
        raise Refus("protege") from protege
    except (pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, TypeError, KeyError, RuntimeError) as anomalie:
        raise Refus("illisible") from anomalie
    return {"type": "application/pdf", "pages": _relire(sortie)}


def assembler(pages: list[Path], sortie: Path) -> dict[str, object]:
    """Write at ``sortie`` one PDF of clean files, each a picture or a PDF made by ``refaire``, in their order."""
    with Pdf.new() as tout, contextlib.ExitStack() as ouverts:
        for page in pages:
            if page.read_bytes()[:5] == b"%PDF-":
                tout.pages.extend(ouverts.enter_context(pikepdf.open(page)).pages)
            else:
                _ajouter_une_image(tout, page)
        if len(tout.pages) > limites.PAGES_PDF:
            raise Refus("trop_de_pages")
        _enregistrer(tout, sortie)
        return {"type": "application/pdf", "pages": len(tout.pages)}


def _verifier(source: Pdf) -> None:
    if source.is_encrypted:
        raise Refus("protege")
    if len(source.objects) > limites.OBJETS_PDF:
        raise Refus("trop_complexe")
    if not len(source.pages):
        raise Refus("illisible")
    if len(source.pages) > limites.PAGES_PDF:
        raise Refus("trop_de_pages")
    _verifier_les_flux(source)


def _verifier_les_flux(source: Pdf) -> None:
    """Refuse what would be huge once decompressed, here or in the reader of whoever opens it."""
    total = 0
    for objet in source.objects:
        if not isinstance(objet, Stream):
            continue
        if objet.get("/Subtype") == Name.Image:
            largeur, hauteur = int(objet.get("/Width", 0)), int(objet.get("/Height", 0))
            if largeur * hauteur > limites.PIXELS_JPEG:
                raise Refus("trop_de_pixels")
        try:
            total += len(objet.read_bytes())
        except (pikepdf.PdfError, pikepdf.DataDecodingError):
            # A picture's own compression (JPEG, fax): it is not expanded here.
            total += len(objet.read_raw_bytes())
        if total > limites.OCTETS_DECOMPRESSES_PDF:
            raise Refus("trop_complexe")


def _dessiner_les_annotations(source: Pdf) -> None:
    """Draw what was typed in a form, or stamped, into its page; a form that is too odd for it loses that only."""
    with contextlib.suppress(pikepdf.PdfError, RuntimeError, ValueError):
        source.generate_appearance_streams()
    with contextlib.suppress(pikepdf.PdfError, RuntimeError, ValueError):
        source.flatten_annotations("all")


def _nettoyer(propre: Pdf) -> None:
    for page in propre.pages:
        for cle in set(page.obj.keys()) - CLES_DE_PAGE:
            del page.obj[cle]
    for page in propre.pages:
        for dictionnaire, interdites in _a_retirer(page.obj):
            for cle in interdites:
                del dictionnaire[cle]
    for cle in set(propre.Root.keys()) - {"/Type", "/Pages"}:
        del propre.Root[cle]


def _a_retirer(racine: Object) -> Iterator[tuple[Any, set[str]]]:
    """Walk every dictionary and stream under a page, without recursion, each with its keys that must go."""
    vus: set[tuple[int, int]] = set()
    pile: list[tuple[Any, str, int]] = [(racine, "", 0)]
    while pile:
        objet, nom, profondeur = pile.pop()
        if profondeur > PROFONDEUR_MAXIMALE:
            raise Refus("trop_complexe")
        if isinstance(objet, Object) and objet.is_indirect:
            if objet.objgen in vus:
                continue
            vus.add(objet.objgen)
        if isinstance(objet, Dictionary | Stream):
            interdites = _interdites(objet, nom)
            if interdites:
                yield objet, interdites
            pile += [(valeur, cle, profondeur + 1) for cle, valeur in objet.items() if cle != "/Parent"]
        elif isinstance(objet, Array):
            pile += [(valeur, "", profondeur + 1) for valeur in objet]


def _interdites(objet: Any, nom: str) -> set[str]:
    if nom in NOMS_LIBRES and not isinstance(objet, Stream):
        return {cle for cle, valeur in objet.items() if isinstance(valeur, String)}
    return set(objet.keys()) & (CLES_INTERDITES | (CLES_DE_FLUX_INTERDITES if isinstance(objet, Stream) else set()))


def _enregistrer(pdf: Pdf, sortie: Path) -> None:
    with contextlib.suppress(KeyError):
        del pdf.trailer["/Info"]
    # In memory first: the library dies, without a word, on a disk that is full.
    tampon = io.BytesIO()
    pdf.save(
        tampon,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
        compress_streams=True,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        deterministic_id=True,
    )
    sortie.write_bytes(tampon.getbuffer())


def _relire(sortie: Path) -> int:
    """Look at what was written, as a stranger would; return its number of pages."""
    if sortie.stat().st_size > limites.OCTETS_PAR_DOCUMENT:
        raise Refus("trop_gros")
    with pikepdf.open(sortie) as relu:
        if set(relu.Root.keys()) - {"/Type", "/Pages"} or any(
            True for page in relu.pages for _ in _a_retirer(page.obj)
        ):
            raise Refus("illisible")
        return len(relu.pages)


def _ajouter_une_image(pdf: Pdf, chemin: Path) -> None:
    with Image.open(chemin, formats=["JPEG", "PNG"]) as image:
        octets = chemin.read_bytes() if image.format == "JPEG" else _en_jpeg(image)
        largeur, hauteur, gris = image.width, image.height, image.mode == "L"
    flux = Stream(
        pdf,
        octets,
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=largeur,
        Height=hauteur,
        ColorSpace=Name.DeviceGray if gris else Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=Name.DCTDecode,
    )
    page_l, page_h = A4 if hauteur >= largeur else A4[::-1]
    echelle = min(page_l / largeur, page_h / hauteur)
    dessin_l, dessin_h = largeur * echelle, hauteur * echelle
    marge_l, marge_h = (page_l - dessin_l) / 2, (page_h - dessin_h) / 2
    dessin = f"q {dessin_l:.2f} 0 0 {dessin_h:.2f} {marge_l:.2f} {marge_h:.2f} cm /I Do Q"
    pdf.add_blank_page(page_size=(page_l, page_h))
    page = pdf.pages[-1]
    page.Resources = Dictionary(XObject=Dictionary(I=flux))
    page.Contents = Stream(pdf, dessin.encode())


def _en_jpeg(image: Image.Image) -> bytes:
    tampon = io.BytesIO()
    image.convert("L" if image.mode == "L" else "RGB").save(tampon, "JPEG", quality=85)
    return tampon.getvalue()
