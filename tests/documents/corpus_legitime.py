"""What families really send: phone photos, screen copies, office scans, forms."""

from __future__ import annotations

import io

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream
from PIL import Image

from tests.documents.corpus import PROPRE, Cas, exif, image, pdf

A4_300 = (2480, 3508)


def numerisation(pages=1):
    """What an office scanner makes: a PDF of one JPEG a page."""
    sortie = io.BytesIO()
    feuilles = [Image.linear_gradient("L").resize((1240, 1754)) for _ in range(pages)]
    feuilles[0].save(sortie, "PDF", save_all=True, append_images=feuilles[1:], resolution=150)
    return sortie.getvalue()


def gif_de_trois_images():
    sortie = io.BytesIO()
    vues = [Image.new("P", (40, 30), couleur) for couleur in (1, 2, 3)]
    vues[0].save(sortie, "GIF", save_all=True, append_images=vues[1:])
    return sortie.getvalue()


def photo(taille=(3024, 4032), qualite=80, orientation=6):
    bruit = Image.effect_noise((taille[0] // 8, taille[1] // 8), 40).resize(taille).convert("RGB")
    sortie = io.BytesIO()
    bruit.save(sortie, "JPEG", quality=qualite, exif=exif(orientation))
    return sortie.getvalue()


def formulaire_rempli():
    def retoucher(document):
        champ = Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Tx,
            T="nom",
            V="AABELIUM",
            DA="/Helv 12 Tf 0 g",
            Rect=[20, 20, 180, 40],
            F=4,
        )
        police = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        indirect = document.make_indirect(champ)
        document.pages[0].obj.Annots = Array([indirect])
        document.Root.AcroForm = Dictionary(
            Fields=Array([indirect]), DR=Dictionary(Font=Dictionary(Helv=police)), NeedAppearances=True
        )

    return pdf(retoucher)


def police_nommee_a(document):
    police = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    document.pages[0].Resources = Dictionary(Font=Dictionary(A=police, JS=police))
    document.pages[0].Contents = Stream(document, b"BT /A 12 Tf 20 100 Td (Attestation) Tj ET")


LEGITIMES = [
    Cas("photo d’iphone", "jpg", lambda: photo(), PROPRE),
    Cas("photo debout", "jpg", lambda: photo(orientation=1), PROPRE),
    Cas("photo retournée", "jpeg", lambda: photo(orientation=3), PROPRE),
    Cas("photo en miroir", "jpg", lambda: photo(orientation=7), PROPRE),
    Cas("photo de 48 mégapixels", "jpg", lambda: photo((6048, 8064), 70), PROPRE),
    Cas("photo lourde", "jpg", lambda: photo(qualite=98), PROPRE),
    Cas("petite photo", "jpg", lambda: photo((800, 600)), PROPRE),
    Cas("jpeg gris", "jpg", lambda: image(mode="L", taille=(1200, 1700)), PROPRE),
    Cas("jpeg d’imprimeur", "jpg", lambda: image(mode="CMYK", taille=(900, 900)), PROPRE),
    Cas("jpeg progressif", "jpg", lambda: image(progressive=True, taille=(900, 900)), PROPRE),
    Cas("jpeg d’un pixel", "jpg", lambda: image(taille=(1, 1)), PROPRE),
    Cas("copie d’écran", "png", lambda: image("PNG", (1170, 2532)), PROPRE),
    Cas("png transparent", "png", lambda: image("PNG", mode="LA"), PROPRE),
    Cas("png à palette", "png", lambda: image("PNG", mode="P"), PROPRE),
    Cas("png noir et blanc", "png", lambda: image("PNG", A4_300, "1"), PROPRE),
    Cas("png en seize bits", "png", lambda: image("PNG", mode="I;16"), PROPRE),
    Cas("gif simple", "gif", lambda: image("GIF", mode="P"), PROPRE),
    Cas("gif animé", "gif", gif_de_trois_images, PROPRE),
    Cas("numérisation d’une page", "pdf", numerisation, PROPRE),
    Cas("numérisation de huit pages", "pdf", lambda: numerisation(8), PROPRE),
    Cas("pdf de traitement de texte", "pdf", lambda: pdf(police_nommee_a), PROPRE),
    Cas("pdf de 200 pages", "pdf", lambda: pdf(pages=200), PROPRE),
    Cas(
        "pdf à flux d’objets", "pdf", lambda: pdf(pages=3, object_stream_mode=pikepdf.ObjectStreamMode.generate), PROPRE
    ),
    Cas("pdf linéarisé", "pdf", lambda: pdf(pages=2, linearize=True), PROPRE),
    Cas("formulaire rempli", "pdf", formulaire_rempli, PROPRE),
    Cas("pdf ancien", "pdf", lambda: pdf(force_version="1.3"), PROPRE),
]
