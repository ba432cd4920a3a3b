"""Files that families and attackers send, made on the spot: each with its extension and what must become of it.

``REFUSE`` names the reasons that are right; ``PROPRE`` means kept without what it hid: its mark is nowhere in the
stored bytes.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import Image, PngImagePlugin

MARQUE = b"CHARGE-HOSTILE-7f3"
PROPRE = ("propre",)
SCRIPT = b"<script>" + MARQUE + b"</script>"


@dataclass(frozen=True)
class Cas:
    nom: str
    extension: str
    fabriquer: Callable[[], bytes]
    #: ``PROPRE``, or the accepted reasons of the refusal.
    attendu: tuple[str, ...]


def image(format_image="JPEG", taille=(320, 240), mode="RGB", **options):
    sortie = io.BytesIO()
    fond = Image.linear_gradient("L").resize(taille).convert(mode)
    fond.save(sortie, format_image, **options)
    return sortie.getvalue()


def exif(orientation=1):
    donnees = Image.Exif()
    donnees[0x0112] = orientation
    donnees[0x010E] = MARQUE.decode()
    donnees.get_ifd(0x8825)[1] = "N"
    donnees.get_ifd(0x8825)[2] = (47.0, 16.0, 40.0)
    return donnees


def png_avec_texte():
    infos = PngImagePlugin.PngInfo()
    infos.add_text("Comment", MARQUE.decode())
    infos.add_itxt("XML:com.adobe.xmp", MARQUE.decode())
    return image("PNG", pnginfo=infos)


def png_declare(largeur, hauteur):
    """A PNG that claims a size and holds nearly nothing."""

    def bloc(genre, corps):
        return len(corps).to_bytes(4) + genre + corps + zlib.crc32(genre + corps).to_bytes(4)

    entete = largeur.to_bytes(4) + hauteur.to_bytes(4) + b"\x08\x02\x00\x00\x00"
    donnees = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + bloc(b"IHDR", entete) + bloc(b"IDAT", donnees) + bloc(b"IEND", b"")


def gif_anime(images=3000):
    """A GIF of many frames, without drawing each."""
    tete = b"GIF89a" + (8).to_bytes(2, "little") * 2 + b"\x80\0\0" + b"\0\0\0\xff\xff\xff"
    trame = b"\x2c" + b"\0\0\0\0" + (8).to_bytes(2, "little") * 2 + b"\0" + b"\x02\x02\x84\x51\x00"
    return tete + trame * images + b"\x3b"


def zip_avec(nom=b"x.js"):
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w") as archive:
        archive.writestr(nom.decode(), MARQUE)
    return sortie.getvalue()


def pdf(retoucher=lambda document: None, pages=1, **options):
    document = Pdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(200, 200))
        document.pages[-1].Contents = Stream(document, b"0 0 1 rg 20 20 100 100 re f")
    retoucher(document)
    sortie = io.BytesIO()
    document.save(sortie, **options)
    return sortie.getvalue()


def action(genre="JavaScript", **autres):
    marque = MARQUE.decode()
    valeurs = {"JavaScript": {"JS": marque}, "URI": {"URI": "http://exemple.invalid/" + marque}}.get(
        genre, {"F": marque}
    )
    return Dictionary(S=Name("/" + genre), **valeurs, **autres)


def racine(cle, fabriquer):
    def retoucher(document):
        document.Root[cle] = fabriquer(document)

    return lambda: pdf(retoucher)


def page(cle, fabriquer):
    def retoucher(document):
        document.pages[0].obj[cle] = fabriquer(document)

    return lambda: pdf(retoucher)


def annotation(document, genre, **autres):
    return Array(
        [document.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name("/" + genre), Rect=[0, 0, 50, 50], **autres))]
    )


def piece_jointe(document):
    fichier = Stream(document, MARQUE, Type=Name.EmbeddedFile)
    fiche = Dictionary(Type=Name.Filespec, F="x.exe", EF=Dictionary(F=fichier))
    return Dictionary(EmbeddedFiles=Dictionary(Names=Array(["x.exe", fiche])))


def pdf_chiffre(utilisateur, proprietaire):
    return pdf(encryption=pikepdf.Encryption(user=utilisateur, owner=proprietaire))


def pdf_bombe(octets=300_000_000):
    def retoucher(document):
        compresse = zlib.compressobj(9)
        morceau = b"\0" * 1_000_000
        corps = b"".join(compresse.compress(morceau) for _ in range(octets // len(morceau))) + compresse.flush()
        document.pages[0].Contents = Stream(document, corps, Filter=Name.FlateDecode)

    return pdf(retoucher)


def pdf_image_geante(document):
    geante = Stream(
        document, b"\0", Type=Name.XObject, Subtype=Name.Image, Width=60000, Height=60000, BitsPerComponent=8
    )
    geante.ColorSpace = Name.DeviceGray
    document.pages[0].Resources = Dictionary(XObject=Dictionary(I=geante))


def pdf_profond(niveaux):
    return lambda document: document.Root.__setitem__("/Profond", pikepdf.Object.parse(b"[" * niveaux + b"]" * niveaux))


def pdf_brut(corps):
    return b"%PDF-1.7\n" + corps + b"\ntrailer<</Root 1 0 R>>\n%%EOF"


def ressource(cle, fabriquer):
    def retoucher(document):
        document.pages[0].Resources = Dictionary({cle: fabriquer(document)})

    return lambda: pdf(retoucher)


def _flux_externe(document):
    return Dictionary(
        X=Stream(document, b"q Q", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9], F=MARQUE.decode())
    )


CONTENU = ("contenu",)
ABIME = ("illisible", "contenu", "trop_complexe")

_AUTRES_NATURES = {
    "html": b"<!DOCTYPE html><html>" + SCRIPT,
    "svg": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>",
    "javascript": b"alert('" + MARQUE + b"')",
    "php": b"<?php system('id'); /*" + MARQUE + b"*/",
    "elf": b"\x7fELF\x02\x01\x01" + b"\0" * 64 + MARQUE,
    "exe": b"MZ" + b"\0" * 100 + MARQUE,
    "zip": zip_avec(),
    "texte": b"bonjour " + MARQUE,
    "shell": b"#!/bin/sh\necho " + MARQUE,
    "bmp": image("BMP"),
    "webp": image("WEBP"),
    "tiff": image("TIFF"),
}

HOSTILES = [
    *(
        Cas(f"{nature} nommé .{extension}", extension, lambda contenu=contenu: contenu, CONTENU)
        for nature, contenu in _AUTRES_NATURES.items()
        for extension in ("jpg", "pdf")
    ),
    Cas("html nommé .png", "png", lambda: SCRIPT, CONTENU),
    Cas("html nommé .gif", "gif", lambda: SCRIPT, CONTENU),
    Cas("png nommé .jpg", "jpg", lambda: image("PNG"), CONTENU),
    Cas("jpeg nommé .pdf", "pdf", image, CONTENU),
    Cas("pdf nommé .jpg", "jpg", pdf, CONTENU),
    Cas("gif nommé .png", "png", lambda: image("GIF", mode="P"), CONTENU),
    Cas("jpeg et archive", "jpg", lambda: image() + zip_avec(), PROPRE),
    Cas("jpeg et script à la suite", "jpg", lambda: image() + SCRIPT, PROPRE),
    Cas("png et html à la suite", "png", lambda: image("PNG") + SCRIPT, PROPRE),
    Cas("png et archive", "png", lambda: image("PNG") + zip_avec(), PROPRE),
    Cas("gif et script à la suite", "gif", lambda: image("GIF", mode="P") + SCRIPT, PROPRE),
    Cas("gif dont l’entête est un script", "gif", lambda: b"GIF89a=0;/*" + SCRIPT + b"*/", ABIME),
    Cas("pdf et html à la suite", "pdf", lambda: pdf() + SCRIPT, PROPRE),
    Cas("html puis pdf", "pdf", lambda: SCRIPT + b" " * 400 + pdf(), CONTENU),
    Cas("entête pdf à 500 octets", "pdf", lambda: b"A" * 500 + pdf(), CONTENU),
    Cas("pdf puis archive", "pdf", lambda: pdf() + zip_avec(), PROPRE),
    Cas("jpeg avec position gps", "jpg", lambda: image(exif=exif()), PROPRE),
    Cas("jpeg avec commentaire", "jpg", lambda: image(comment=MARQUE), PROPRE),
    Cas("jpeg avec profil de couleur", "jpg", lambda: image(icc_profile=MARQUE * 20), PROPRE),
    Cas("jpeg avec xmp", "jpg", lambda: image(xmp=b"<x:xmpmeta>" + MARQUE), PROPRE),
    Cas("png avec textes", "png", png_avec_texte, PROPRE),
    Cas("png avec exif", "png", lambda: image("PNG", exif=exif()), PROPRE),
    Cas("gif avec commentaire", "gif", lambda: image("GIF", mode="P", comment=MARQUE), PROPRE),
    Cas("png de 30000 pixels de côté", "png", lambda: png_declare(30000, 30000), ("trop_de_pixels",)),
    Cas("png de 6000 pixels de côté, vide", "png", lambda: png_declare(6000, 6000), ("trop_de_pixels",)),
    Cas("png de largeur nulle", "png", lambda: png_declare(0, 10), ABIME),
    Cas("png de quatre milliards de pixels", "png", lambda: png_declare(2**31 - 1, 2), ("trop_de_pixels", *ABIME)),
    Cas("gif de 3000 images", "gif", gif_anime, PROPRE + ABIME),
    Cas("jpeg coupé", "jpg", lambda: image()[:900], ABIME),
    Cas("png coupé", "png", lambda: image("PNG", (600, 600))[:400], ABIME),
    Cas("gif coupé", "gif", lambda: image("GIF", mode="P")[:60], ABIME),
    Cas("jpeg réduit à son entête", "jpg", lambda: b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", ABIME),
    Cas("png réduit à sa signature", "png", lambda: b"\x89PNG\r\n\x1a\n", ABIME),
    Cas("pdf réduit à son entête", "pdf", lambda: b"%PDF-1.7\n", ABIME),
    Cas("pdf coupé", "pdf", lambda: pdf(pages=20)[:300], ABIME),
    Cas("pdf de bruit", "pdf", lambda: b"%PDF-1.4\n" + bytes(range(256)) * 40, ABIME),
    Cas("pdf sans page", "pdf", lambda: pdf(pages=0), ABIME),
    Cas(
        "pdf dont l’arbre des pages boucle",
        "pdf",
        lambda: pdf_brut(
            b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R]/Count 1>>endobj"
        ),
        ABIME,
    ),
    Cas("pdf avec mot de passe", "pdf", lambda: pdf_chiffre("secret", "maitre"), ("protege",)),
    Cas("pdf protégé contre la copie", "pdf", lambda: pdf_chiffre("", "maitre"), ("protege",)),
    Cas("pdf de 201 pages", "pdf", lambda: pdf(pages=201), ("trop_de_pages",)),
    Cas(
        "pdf de 60000 objets",
        "pdf",
        lambda: pdf(
            lambda d: d.Root.__setitem__("/Tas", Array([d.make_indirect(Dictionary()) for _ in range(60000)])),
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        ),
        ("trop_complexe",),
    ),
    Cas("pdf qui devient 300 Mo", "pdf", pdf_bombe, ("trop_complexe",)),
    Cas("pdf avec une image géante", "pdf", lambda: pdf(pdf_image_geante), ("trop_de_pixels",)),
    Cas("pdf imbriqué mille fois", "pdf", lambda: pdf_brut(b"1 0 obj" + b"[" * 1000 + b"]" * 1000 + b"endobj"), ABIME),
    Cas("pdf script à l’ouverture", "pdf", racine("/OpenAction", lambda d: action()), PROPRE),
    Cas("pdf programme à l’ouverture", "pdf", racine("/OpenAction", lambda d: action("Launch")), PROPRE),
    Cas("pdf adresse à l’ouverture", "pdf", racine("/OpenAction", lambda d: action("URI")), PROPRE),
    Cas("pdf autre fichier à l’ouverture", "pdf", racine("/OpenAction", lambda d: action("GoToR")), PROPRE),
    Cas("pdf actions du document", "pdf", racine("/AA", lambda d: Dictionary(WC=action())), PROPRE),
    Cas(
        "pdf scripts nommés",
        "pdf",
        racine("/Names", lambda d: Dictionary(JavaScript=Dictionary(Names=Array(["a", action()])))),
        PROPRE,
    ),
    Cas("pdf pièce jointe", "pdf", racine("/Names", piece_jointe), PROPRE),
    Cas("pdf fichiers associés", "pdf", racine("/AF", lambda d: Array([Dictionary(F=MARQUE.decode())])), PROPRE),
    Cas("pdf porte-documents", "pdf", racine("/Collection", lambda d: Dictionary(View=MARQUE.decode())), PROPRE),
    Cas(
        "pdf formulaire xfa",
        "pdf",
        racine("/AcroForm", lambda d: Dictionary(XFA=Stream(d, MARQUE), Fields=Array())),
        PROPRE,
    ),
    Cas(
        "pdf métadonnées xmp",
        "pdf",
        page("/Metadata", lambda d: Stream(d, MARQUE, Type=Name.Metadata, Subtype=Name.XML)),
        PROPRE,
    ),
    Cas("pdf auteur", "pdf", lambda: pdf(lambda d: d.docinfo.__setitem__("/Author", MARQUE.decode())), PROPRE),
    Cas(
        "pdf signet actif",
        "pdf",
        racine("/Outlines", lambda d: Dictionary(First=d.make_indirect(Dictionary(Title=MARQUE.decode(), A=action())))),
        PROPRE,
    ),
    Cas("pdf actions de page", "pdf", page("/AA", lambda d: Dictionary(O=action())), PROPRE),
    Cas("pdf lien actif", "pdf", page("/Annots", lambda d: annotation(d, "Link", A=action("URI"))), PROPRE),
    Cas("pdf lien vers script", "pdf", page("/Annots", lambda d: annotation(d, "Link", A=action())), PROPRE),
    Cas(
        "pdf envoi de formulaire",
        "pdf",
        page("/Annots", lambda d: annotation(d, "Link", A=action("SubmitForm"))),
        PROPRE,
    ),
    Cas(
        "pdf fichier épinglé",
        "pdf",
        page("/Annots", lambda d: annotation(d, "FileAttachment", FS=Dictionary(EF=Dictionary(F=Stream(d, MARQUE))))),
        PROPRE,
    ),
    Cas(
        "pdf média riche",
        "pdf",
        page("/Annots", lambda d: annotation(d, "RichMedia", RichMediaContent=Dictionary(X=MARQUE.decode()))),
        PROPRE,
    ),
    Cas(
        "pdf film",
        "pdf",
        page("/Annots", lambda d: annotation(d, "Movie", Movie=Dictionary(F=MARQUE.decode()))),
        PROPRE,
    ),
    Cas("pdf son", "pdf", page("/Annots", lambda d: annotation(d, "Sound", Sound=Stream(d, MARQUE))), PROPRE),
    Cas(
        "pdf rendu multimédia", "pdf", page("/Annots", lambda d: annotation(d, "Screen", A=action("Rendition"))), PROPRE
    ),
    Cas("pdf données privées de page", "pdf", page("/PieceInfo", lambda d: Dictionary(X=MARQUE.decode())), PROPRE),
    Cas("pdf chaîne d’actions", "pdf", racine("/OpenAction", lambda d: action(Next=Array([action("Launch")]))), PROPRE),
    Cas(
        "pdf noms écrits en hexadécimal",
        "pdf",
        lambda: (
            pdf(lambda d: d.Root.__setitem__("/OpenAction", action()))
            .replace(b"/OpenAction", b"/O#70enAction")
            .replace(b"/JavaScript", b"/J#61vaScript")
        ),
        PROPRE,
    ),
    Cas(
        "pdf actif dans un flux d’objets",
        "pdf",
        lambda: pdf(
            lambda d: d.Root.__setitem__("/OpenAction", d.make_indirect(action())),
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        ),
        PROPRE,
    ),
    Cas("pdf flux dans un fichier extérieur", "pdf", ressource("/XObject", _flux_externe), PROPRE),
    Cas(
        "pdf image de rechange extérieure",
        "pdf",
        ressource(
            "/XObject",
            lambda d: Dictionary(
                X=Stream(
                    d,
                    b"q Q",
                    Type=Name.XObject,
                    Subtype=Name.Form,
                    BBox=[0, 0, 9, 9],
                    OPI=Dictionary(F=MARQUE.decode()),
                )
            ),
        ),
        PROPRE,
    ),
    Cas(
        "pdf chaîne cachée dans les ressources",
        "pdf",
        ressource("/Properties", lambda d: Dictionary(JS=MARQUE.decode())),
        PROPRE,
    ),
    Cas(
        "pdf métadonnées d’image",
        "pdf",
        ressource(
            "/XObject",
            lambda d: Dictionary(
                X=Stream(d, b"q Q", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9], Metadata=Stream(d, MARQUE))
            ),
        ),
        PROPRE,
    ),
]
