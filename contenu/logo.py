"""The town's logo: whatever was sent is drawn again as a small PNG, so that only pixels are kept."""

from __future__ import annotations

import io
import uuid

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from PIL import Image

FORMATS = ["PNG", "JPEG", "GIF", "WEBP"]
OCTETS_MAXIMUM = 2 * 1024 * 1024
PIXELS_MAXIMUM = 25_000_000
TAILLE = (640, 320)


def redessiner(envoi: UploadedFile[bytes]) -> ContentFile[bytes]:
    """Return the picture as a PNG of at most 640 × 320; raise ``ValidationError`` with a sentence otherwise."""
    if (envoi.size or 0) > OCTETS_MAXIMUM:
        raise ValidationError("Le logo pèse plus de 2 Mo : réduisez-le, puis envoyez-le à nouveau.")
    try:
        envoi.seek(0)
        with Image.open(envoi, formats=FORMATS) as image:
            if image.width * image.height > PIXELS_MAXIMUM:
                raise ValidationError("Le logo a trop de pixels : réduisez-le, puis envoyez-le à nouveau.")
            image.thumbnail(TAILLE)
            sortie = io.BytesIO()
            dessin = Image.new("RGBA", image.size)
            dessin.paste(image.convert("RGBA"))
            dessin.save(sortie, "PNG", optimize=True)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as erreur:
        raise ValidationError("Ce fichier n’est pas une image lisible : choisissez un PNG ou un JPEG.") from erreur
    return ContentFile(sortie.getvalue(), name=f"{uuid.uuid4().hex}.png")
