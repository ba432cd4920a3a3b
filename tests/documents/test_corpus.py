"""Every file of the corpus, hostile or not, through the real sub-process with its real limits."""

import re
import resource
import subprocess
import sys
import zlib

import pikepdf
import pytest
from PIL import Image

from documents.enums import FormatDocument
from documents.erreurs import FichierRefuse
from documents.traitement import lanceur, limites
from tests.documents.corpus import HOSTILES, MARQUE, PROPRE
from tests.documents.corpus_legitime import LEGITIMES

#: What the issue of this battery promises for each file; counted by the kernel, whatever else the machine does.
SECONDES_CPU_MAXIMUM = 5
OCTETS_MAXIMUM = 1024 * 1024 * 1024


def passer(cas, dossier):
    """Return the clean file, or the reason of its refusal; fail when it cost more than it may."""
    brut = dossier / "brut"
    brut.write_bytes(cas.fabriquer())
    avant = resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        return lanceur.refaire(brut, cas.extension, dossier / "sain")
    except FichierRefuse as refus:
        return refus.motifs[0].value
    finally:
        apres = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert apres.ru_utime + apres.ru_stime - avant.ru_utime - avant.ru_stime <= SECONDES_CPU_MAXIMUM
        # The largest of all the children so far, in KiB: no file of the corpus may be the one that passes it.
        assert apres.ru_maxrss * 1024 <= OCTETS_MAXIMUM


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


GOURMANDS = {
    "processeur": ("while True: pass", {"secondes_cpu": 1}, -9),
    "mémoire": ("x = bytearray(2 * octets)", {"octets_memoire": 300 * limites.MEGA}, 1),
    "fichier": ("open(sortie, 'wb').write(b'0' * 4_000_000)", {"octets_fichier": 1_000_000}, 1),
    "descripteurs": ("garde = [open('/dev/null') for _ in range(100)]", {}, 1),
}


@pytest.mark.parametrize("ressource", GOURMANDS)
def test_the_kernel_stops_a_process_that_passes_its_limits(ressource, tmp_path):
    """The limits of the sub-process are the kernel's own: code that runs wild is stopped too."""
    code, bornes, fin = GOURMANDS[ressource]
    valeurs = {"secondes_cpu": 5, "octets_memoire": limites.OCTETS_MEMOIRE, "octets_fichier": 30_000_000} | bornes
    programme = (
        f"import sys; sys.path.insert(0, {str(lanceur.BAC.parents[2])!r})\n"
        f"from documents.traitement import bac\nbac.limiter(**{valeurs!r})\n"
        f"octets, sortie = {valeurs['octets_memoire']}, {str(tmp_path / 'sortie')!r}\n{code}"
    )
    avant = resource.getrusage(resource.RUSAGE_CHILDREN)
    fini = subprocess.run([sys.executable, "-I", "-c", programme], capture_output=True, timeout=60, check=False)
    apres = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert fini.returncode in {fin, -24}, fini.stderr.decode()
    assert apres.ru_utime + apres.ru_stime - avant.ru_utime - avant.ru_stime <= SECONDES_CPU_MAXIMUM


def test_the_launcher_gives_the_limits_that_are_promised(monkeypatch, tmp_path):
    ordres = []
    monkeypatch.setattr(lanceur, "_executer", lambda ordre: ordres.append(ordre) or {"refus": "vide"})
    with pytest.raises(FichierRefuse):
        lanceur.refaire(tmp_path / "x", "pdf", tmp_path / "y")
    assert ordres[0]["secondes_cpu"] <= SECONDES_CPU_MAXIMUM
    assert ordres[0]["octets_memoire"] <= OCTETS_MAXIMUM


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
