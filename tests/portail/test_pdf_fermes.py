"""PDFs open no file and call no address, and nothing in them acts: each maker of the project, under a spy."""

import contextlib
import importlib
import io
import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pikepdf
import pytest
from django.conf import settings

from contenu.models import Commune
from facturation import pdf as pdf_facture
from facturation.models import Facture
from inscriptions import pdf as pdf_inscription
from portail.commun import pdf
from portail.demonstration import telechargements
from tests.charges_xss import CHARGES_XSS
from tests.portail.gabarits_hostiles import GABARITS, rendre_hostile
from tests.portail.lecture_hostile import HOTES_CONNUS, fautes
from tests.portail.semis import APPS
from tests.portail.test_charges import ville_piegee
from tests.portail.test_droits import scene

__all__ = ["rendre_hostile", "scene", "ville_piegee"]
PDFS = sorted(str(chemin.relative_to(GABARITS)) for chemin in GABARITS.glob("*/pdf/*.html"))
#: Modules that make PDFs: each is rendered below with payloads, under the eye of the spy.
FABRIQUES_DE_PDF = {"facturation/pdf.py", "inscriptions/pdf.py", "portail/demonstration/telechargements.py"}


def test_every_maker_of_pdf_is_rendered_here():
    ecrivains = {
        str(module.relative_to(settings.BASE_DIR))
        for dossier in (*APPS, "portail")
        for module in (Path(settings.BASE_DIR) / dossier).rglob("*.py")
        if "commun.pdf import" in module.read_text() or "commun import pdf" in module.read_text()
    }
    assert ecrivains == FABRIQUES_DE_PDF
    directs = [
        str(module)
        for module in Path(settings.BASE_DIR).glob("[a-z]*/**/*.py")
        if "weasyprint" in module.read_text() and module.parts[-2] != "commun" and "tests" not in module.parts
    ]
    assert [chemin for chemin in directs if not chemin.endswith(("settings.py", "preparer.py"))] == []


class Espion:
    """Notes each file that Python opens and each address that it connects to, while it is awake."""

    def __init__(self):
        self.vus = []
        self.eveille = False
        sys.addaudithook(self)

    def __call__(self, evenement, arguments):
        if not self.eveille:
            return
        if evenement == "open" and isinstance(arguments[0], str | bytes):
            self.vus.append(("fichier", os.fsdecode(arguments[0])))
        elif evenement.startswith(("socket.connect", "socket.getaddrinfo", "urllib.", "http.client", "subprocess.")):
            self.vus.append((evenement, str(arguments)[:200]))

    @contextlib.contextmanager
    def guette(self):
        self.vus, self.eveille = [], True
        try:
            yield self
        finally:
            self.eveille = False

    def etrangers(self):
        """Return what was neither the project's own nor Python's."""
        siens = (str(settings.BASE_DIR), sys.prefix, sys.base_prefix, os.path.realpath(sys.base_prefix))
        return [vu for vu in self.vus if not (vu[0] == "fichier" and vu[1].startswith(siens))]


@pytest.fixture(scope="module")
def espion():
    """Hooks of audit cannot be removed: there is one."""
    return Espion()


#: What an author of HTML can try to make a document fetch; the file exists, and the port is refused.
APPATS = [
    '<img src="{}">',
    "<img srcset='{} 2x'>",
    '<link rel=stylesheet href="{}">',
    '<link rel=attachment href="{}">',
    '<a rel=attachment href="{}">x</a>',
    "<style>@import url({});</style>",
    "<style>body{{background:url({})}}</style>",
    "<style>@font-face{{font-family:x;src:url({})}}*{{font-family:x}}</style>",
    "<p style='background-image:url({})'>x</p>",
    "<p style='list-style:url({});display:list-item'>x</p>",
    "<p style='content:url({})'>x</p>",
    "<object data='{}'></object>",
    "<embed src='{}'>",
    "<iframe src='{}'></iframe>",
    "<svg xmlns:xlink='http://www.w3.org/1999/xlink'><image xlink:href='{}' width=9 height=9 /></svg>",
    "<svg><use href='{}#x'/></svg>",
    "<svg><style>@import url({});</style></svg>",
    "<base href='{}'><img src=x>",
    "<video poster='{}'></video>",
    "<input type=image src='{}'>",
    "<meta name=x content='{}'><link rel=icon href='{}'>",
]
CIBLES = ["file:///etc/passwd", "/etc/passwd", "http://127.0.0.1:9/x", "//127.0.0.1:9/x", "ftp://127.0.0.1:9/x"]


def _pango_manque():
    try:
        importlib.import_module("weasyprint")
    except OSError:
        return True
    return False


pango = pytest.mark.skipif(_pango_manque(), reason="pango manque : apt-get install libpango-1.0-0")


@pango
@pytest.mark.parametrize("appat", APPATS)
def test_a_document_that_names_a_file_or_an_address_gets_neither(espion, appat):
    """The markup itself, as if a template had let it through: the fetcher refuses, nothing is opened."""
    from weasyprint.urls import FatalURLFetchingError

    pdf.ecrire(html="<p>x</p>", css="p{}")
    for cible in CIBLES:
        with espion.guette() as vu, contextlib.suppress(FatalURLFetchingError):
            pdf.ecrire(html=f"<html lang=fr><title>x</title><body>{appat.replace('{}', cible)}", css="p{}")
        assert vu.etrangers() == [], cible


@pango
def test_the_spy_sees_the_usual_reader_of_the_library_open_a_file(espion):
    """Negative control: with the library's own fetcher, the same page opens the file and calls the address."""
    from weasyprint import HTML

    for cible in ("file:///etc/passwd", "http://127.0.0.1:9/x"):
        with espion.guette() as vu, contextlib.suppress(Exception):
            HTML(string=f"<img src='{cible}'><link rel=attachment href='{cible}'>").write_pdf()
        assert vu.etrangers()


def est_inerte(octets):
    """Tell what acts in a PDF: nothing but links to known places may."""
    with pikepdf.open(io.BytesIO(octets)) as document:
        for objet in document.objects:
            if not isinstance(objet, pikepdf.Dictionary | pikepdf.Stream):
                continue
            yield from (cle for cle in ("/JS", "/JavaScript", "/AA", "/Launch", "/EF", "/XFA") if cle in objet)
            if "/OpenAction" in objet and isinstance(objet["/OpenAction"], pikepdf.Dictionary):
                yield "/OpenAction"
            if objet.get("/S") in {pikepdf.Name.Launch, pikepdf.Name.JavaScript, pikepdf.Name.SubmitForm}:
                yield str(objet["/S"])
            if "/URI" in objet and isinstance(objet["/URI"], pikepdf.String):
                adresse = urlsplit(str(objet["/URI"]))
                if adresse.scheme not in {"mailto", "tel"} and adresse.netloc not in HOTES_CONNUS:
                    yield str(objet["/URI"])


@pango
@pytest.mark.django_db
def test_the_real_documents_of_a_sown_town_open_nothing_and_act_on_nothing(espion, ville_piegee):
    facture, commune = Facture.objects.visibles().first(), Commune.objects.get()
    fabriques = [
        lambda: pdf_facture.rendre(facture),
        lambda: pdf_inscription.fiche(commune),
        lambda: telechargements._imprimer("reglement-interieur", CHARGES_XSS[0], commune),
    ]
    for fabriquer in fabriques:
        with espion.guette() as vu:
            octets = fabriquer()
        assert vu.etrangers() == []
        assert list(est_inerte(octets)) == []


@pango
@pytest.mark.parametrize("gabarit", PDFS)
def test_no_variable_of_any_printed_page_is_markup(rendre_hostile, gabarit):
    for charge in [*CHARGES_XSS, *(appat.replace("{}", "file:///etc/passwd") for appat in APPATS)]:
        html = rendre_hostile(gabarit, charge)
        assert charge not in html or not fautes(charge), charge
