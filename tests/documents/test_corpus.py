"""Every file of the corpus, hostile or not, through the real sub-process with its real limits."""

import re
import subprocess
import time
import zlib

import pikepdf
import pytest
from PIL import Image

from documents.enums import FormatDocument
from documents.erreurs import FichierRefuse
from documents.traitement import lanceur, limites
from tests.documents.corpus import HOSTILES, MARQUE, PROPRE
from tests.documents.corpus_legitime import LEGITIMES

#: Five seconds of processor is the limit of the process itself; this one bears with a busy machine.
SECONDES_MAXIMUM = limites.SECONDES_ATTENTE


def passer(cas, dossier):
    brut = dossier / "brut"
    brut.write_bytes(cas.fabriquer())
    debut = time.monotonic()
    try:
        return lanceur.refaire(brut, cas.extension, dossier / "sain")
    except FichierRefuse as refus:
        return refus.motifs[0].value
    finally:
        assert time.monotonic() - debut < SECONDES_MAXIMUM


def octets_deplies(fichier):
    """Return what is stored, and what its compressed streams hold."""
    octets = fichier.read_bytes()
    if octets[:5] != b"%PDF-":
        return octets
    with pikepdf.open(fichier) as document:
        for objet in document.objects:
            if isinstance(objet, pikepdf.Stream):
                try:
                    octets += objet.read_bytes()
                except pikepdf.PdfError:
                    octets += objet.read_raw_bytes()
    return octets


@pytest.mark.parametrize("cas", HOSTILES, ids=lambda cas: cas.nom)
def test_a_hostile_file_is_refused_for_its_reason_or_kept_without_what_it_hid(cas, tmp_path):
    resultat = passer(cas, tmp_path)
    if isinstance(resultat, str):
        assert resultat in cas.attendu
        return
    assert PROPRE[0] in cas.attendu, "ce fichier devait être refusé"
    octets = octets_deplies(resultat.chemin)
    for forme in (MARQUE, MARQUE.decode().encode("utf-16-be"), MARQUE.hex().encode()):
        assert forme not in octets
    assert not re.search(rb"/(JavaScript|JS|OpenAction|AA|Launch|EmbeddedFile|XFA|URI)\b", octets)


@pytest.mark.parametrize("cas", LEGITIMES, ids=lambda cas: cas.nom)
def test_a_legitimate_file_is_kept_small_upright_and_without_its_metadata(cas, tmp_path):
    sain = passer(cas, tmp_path)
    assert not isinstance(sain, str), f"refusé : {sain}"
    assert sain.chemin.stat().st_size <= limites.OCTETS_PAR_FICHIER
    assert MARQUE not in sain.chemin.read_bytes()
    if sain.format == FormatDocument.PDF:
        with pikepdf.open(sain.chemin) as document:
            assert len(document.pages) == sain.pages
    else:
        with Image.open(sain.chemin) as image:
            assert not image.getexif()
            assert max(image.size) <= limites.COTE_MAXIMAL


def test_the_corpus_is_as_large_as_promised():
    assert len({cas.nom for cas in HOSTILES}) >= 80
    assert len({cas.nom for cas in LEGITIMES}) >= 25


def test_a_photo_taken_sideways_is_turned_upright(tmp_path):
    couchee = Image.new("RGB", (400, 200), "white")
    couchee.paste("red", (0, 0, 200, 200))
    exif = Image.Exif()
    exif[0x0112] = 6
    couchee.save(tmp_path / "brut", "JPEG", exif=exif)
    sain = lanceur.refaire(tmp_path / "brut", "jpg", tmp_path / "sain")
    with Image.open(sain.chemin) as image:
        assert image.size == (200, 400)
        rouge, vert, _ = image.getpixel((100, 50))
        assert rouge > 200
        assert vert < 60


def test_a_filled_form_keeps_what_was_typed(tmp_path):
    cas = next(cas for cas in LEGITIMES if cas.nom == "formulaire rempli")
    assert b"AABELIUM" in octets_deplies(passer(cas, tmp_path).chemin)


def test_pages_of_several_kinds_make_one_document(tmp_path):
    photo, numerisation, gris = (
        next(cas for cas in LEGITIMES if cas.nom == nom)
        for nom in ("petite photo", "numérisation de huit pages", "png noir et blanc")
    )
    sains = []
    for rang, cas in enumerate((photo, numerisation, gris)):
        (tmp_path / f"{rang}").mkdir()
        sains.append(passer(cas, tmp_path / f"{rang}").chemin)
    tout = lanceur.assembler(sains, tmp_path / "tout")
    assert (tout.format, tout.pages) == (FormatDocument.PDF, 10)


def test_the_process_is_stopped_when_it_takes_too_much_memory(monkeypatch, tmp_path):
    """Negative control of the memory limit: with a tenth of it, an honest photo is refused and nothing else breaks."""
    monkeypatch.setattr(limites, "OCTETS_MEMOIRE", 110 * limites.MEGA)
    cas = next(cas for cas in LEGITIMES if cas.nom == "photo de 48 mégapixels")
    assert passer(cas, tmp_path) in {"trop_complexe", "illisible"}


def test_the_process_is_stopped_when_it_takes_too_long(monkeypatch, tmp_path):
    def trop_long(*args, **kwargs):
        raise subprocess.TimeoutExpired("bac", 20)

    monkeypatch.setattr(subprocess, "run", trop_long)
    assert passer(LEGITIMES[0], tmp_path) == "trop_complexe"


def test_without_the_rewriting_the_corpus_would_be_stored_as_it_came():
    """Negative control: most of the marks are really in the files that are sent."""
    portes = [cas for cas in HOSTILES if cas.attendu == PROPRE]

    def porte(octets):
        return MARQUE in octets or any(MARQUE in _deplie(bloc) for bloc in octets.split(b"stream\n")[1:])

    assert [cas.nom for cas in portes if not porte(cas.fabriquer())] == []


def _deplie(bloc):
    try:
        return zlib.decompressobj().decompress(bloc)
    except zlib.error:
        return b""
