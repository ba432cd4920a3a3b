"""Pictures are drawn again from their pixels: turned upright, without metadata, small enough. No Django here."""

from __future__ import annotations

import io
import math
import warnings
from pathlib import Path

from PIL import Image, ImageOps

from documents.traitement import limites
from documents.traitement.refus import Refus

FORMATS = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "gif": "GIF"}
QUALITES = (85, 70)
COTE_MINIMAL = 600
ANOMALIES = (OSError, ValueError, SyntaxError, EOFError, KeyError, IndexError, TypeError, OverflowError)

Image.MAX_IMAGE_PIXELS = limites.PIXELS_JPEG
warnings.simplefilter("error", Image.DecompressionBombWarning)


def refaire(chemin: Path, extension: str, sortie: Path) -> dict[str, object]:
    """Write at ``sortie`` a clean JPEG or PNG of at most the size of one file; return its type."""
    image = _lire(chemin, FORMATS[extension])
    octets, type_mime = _encoder(image, en_png=extension != "jpg" and extension != "jpeg")
    sortie.write_bytes(octets)
    return {"type": type_mime, "pages": 1}


def apercu(chemin: Path, sortie: Path, cote: int) -> dict[str, object]:
    """Write at ``sortie`` a PNG of a picture, to be looked at."""
    with Image.open(chemin, formats=["JPEG", "PNG", "PPM"]) as image:
        image.thumbnail((cote, cote))
        _sur_fond_blanc(image).save(sortie, "PNG")
    return {"type": "image/png", "pages": 1}


def _lire(chemin: Path, format_attendu: str) -> Image.Image:
    try:
        with Image.open(chemin, formats=[format_attendu]) as image:
            _verifier_la_taille(image, format_attendu)
            image.draft("RGB", (limites.COTE_MAXIMAL, limites.COTE_MAXIMAL))
            image.load()
            droite = ImageOps.exif_transpose(image)
            droite.thumbnail((limites.COTE_MAXIMAL, limites.COTE_MAXIMAL))
            return _sur_fond_blanc(droite)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as trop:
        raise Refus("trop_de_pixels") from trop
    except ANOMALIES as anomalie:
        raise Refus("illisible") from anomalie


def _verifier_la_taille(image: Image.Image, format_attendu: str) -> None:
    maximum = limites.PIXELS_JPEG if format_attendu == "JPEG" else limites.PIXELS_AUTRES
    if image.width * image.height > maximum:
        raise Refus("trop_de_pixels")
    if not image.width or not image.height:
        raise Refus("illisible")


def _sur_fond_blanc(image: Image.Image) -> Image.Image:
    """Return the pixels alone, in grey or colour, on white where they were transparent."""
    if image.mode in {"1", "L"} and "transparency" not in image.info:
        pixels = image.convert("L")
        propre = Image.new("L", image.size, 255)
        propre.paste(pixels)
        return propre
    if image.mode.startswith("I") or image.mode == "F":
        return image.convert("L")
    propre = Image.new("RGB", image.size, "white")
    if image.mode in {"RGBA", "LA", "PA", "P"} or "transparency" in image.info:
        avec_alpha = image.convert("RGBA")
        propre.paste(avec_alpha, mask=avec_alpha.getchannel("A"))
    else:
        propre.paste(image.convert("RGB"))
    return propre


def _encoder(image: Image.Image, *, en_png: bool) -> tuple[bytes, str]:
    if en_png:
        octets = _ecrire(image, "PNG", optimize=False)
        if len(octets) <= limites.OCTETS_PAR_FICHIER:
            return octets, "image/png"
    while True:
        for qualite in QUALITES:
            octets = _ecrire(image, "JPEG", quality=qualite)
            if len(octets) <= limites.OCTETS_PAR_FICHIER:
                return octets, "image/jpeg"
        reduction = 0.95 * math.sqrt(limites.OCTETS_PAR_FICHIER / len(octets))
        if max(image.size) * reduction < COTE_MINIMAL:
            raise Refus("trop_gros")
        image = image.resize((round(image.width * reduction) or 1, round(image.height * reduction) or 1))


def _ecrire(image: Image.Image, format_voulu: str, **options: object) -> bytes:
    tampon = io.BytesIO()
    image.save(tampon, format_voulu, **options)
    return tampon.getvalue()
