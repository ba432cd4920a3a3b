"""The PDF of an invoice: kept, tagged, complete, and fetching nothing."""

import hashlib
import io

import pikepdf
import pytest
from django.urls import reverse

from facturation import pdf, tasks
from facturation.models import PdfFacture
from portail.commun.pdf import lecteur_ferme
from tests.facturation import scenes

pytest.importorskip("weasyprint", exc_type=OSError, reason="pango manque : apt-get install libpango-1.0-0")


def telecharger(client, facture):
    return client.get(reverse("facturation:pdf", args=[facture.cle]))


def test_the_second_download_gives_the_very_same_bytes(client, facture, parent, commune):
    client.force_login(parent)
    premier, second = telecharger(client, facture), telecharger(client, facture)
    assert premier["Content-Type"] == "application/pdf"
    assert premier["Content-Disposition"] == 'attachment; filename="facture-00727.pdf"'
    assert premier.content == second.content
    garde = PdfFacture.objects.get()
    assert garde.sha256 == hashlib.sha256(premier.content).hexdigest()


def test_what_changes_later_does_not_change_the_document(client, facture, parent, commune):
    client.force_login(parent)
    premier = telecharger(client, facture).content
    commune.nom = "Mairie d’ailleurs"
    commune.save()
    assert telecharger(client, facture).content == premier


def test_staff_who_may_see_invoices_get_the_same_document(client, facture, commune, admin_user):
    client.force_login(admin_user)
    assert telecharger(client, facture).status_code == 200


def test_the_document_is_tagged_and_in_french(facture, commune):
    document = pikepdf.open(io.BytesIO(pdf.rendre(facture)))
    racine = document.Root
    assert "/StructTreeRoot" in racine
    assert bool(racine.MarkInfo.Marked)
    assert str(racine.Lang) == "fr"
    assert "Facture n° 00727" in str(document.docinfo["/Title"])
    with document.open_metadata() as meta:
        assert meta["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"


def test_the_document_holds_the_mentions(facture, commune, tmp_path):
    import shutil
    import subprocess

    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext manque : apt-get install poppler-utils")
    fichier = tmp_path / "facture.pdf"
    fichier.write_bytes(pdf.rendre(facture))
    texte = subprocess.run(["pdftotext", "-layout", fichier, "-"], capture_output=True, text=True, check=True).stdout
    texte = " ".join(texte.split())
    for mention in (
        "Mairie de Batz-sur-Mer",
        "Facture n° 00727",
        "26/01/2018",
        "28/02/2018",
        "Madame Claire AABELIUM",
        "12 rue des Paludiers",
        "F00001",
        "AABELIUM BAPTISTE",
        "15/01 16/01 17/01",
        "1,75 €",
        "5,25 €",
        "non soumises à la TVA",
        "Trésor public",
    ):
        assert mention in texte, mention


@pytest.mark.parametrize(
    "adresse", ["file:///etc/passwd", "http://127.0.0.1:1/x", "https://exemple.fr/a.png", "asset:x"]
)
def test_rendering_fetches_nothing(adresse):
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    with pytest.raises(FatalURLFetchingError):
        HTML(string=f'<img src="{adresse}">', url_fetcher=lecteur_ferme({}), base_url="asset:").write_pdf()


def test_markup_in_a_name_stays_text(famille, baptiste, matin, regisseur, commune):
    baptiste.prenom = "<img src=file:///etc/passwd>"
    baptiste.save()
    facture = scenes.facture_emise(famille, matin, regisseur, baptiste)
    assert pdf.rendre(facture).startswith(b"%PDF")


def test_the_worker_makes_what_is_missing_once(facture, commune):
    assert tasks.preparer_pdf_manquants() == 1
    assert tasks.preparer_pdf_manquants() == 0


def test_a_draft_has_no_document(famille, baptiste, matin, regie, regisseur, commune):
    scenes.presences(famille, baptiste, matin)
    scenes.campagne(regie, regisseur)
    assert tasks.preparer_pdf_manquants() == 0
