"""The data of a household as files: all of it, nothing of another, health only to those who may read it."""

import io
import json
import re
import zipfile
from decimal import Decimal

import pikepdf
import pytest
from django.contrib.auth.models import Permission
from django.db.models import DecimalField
from django.urls import reverse
from django.utils import timezone

from dossiers import export, ordre, perimetre, registre
from enfants.models import Enfant, LectureSante, Rattachement, Scolarite
from familles.models import Responsable
from portail.commun.models import Trace
from portail.roles import synchroniser
from reservations.enums import MotifRefus
from tests.client import ClientStrict
from tests.dossiers.scenes import AUJOURDHUI, dossier_complet, partager
from tests.fabriques import membre_du_personnel
from tests.portail.jumelles import offre

#: The true one: the fixture below puts another in its place.
EN_PDF = export.en_pdf


@pytest.fixture(autouse=True)
def sans_pdf(request, monkeypatch):
    """A PDF costs seconds: one test makes it."""
    if "avec_pdf" not in request.fixturenames:
        monkeypatch.setattr(export, "en_pdf", lambda *a: b"%PDF")


@pytest.fixture
def avec_pdf():
    """Ask for the real one."""


@pytest.fixture
def foyers(commune, tmp_path, settings):
    settings.DOSSIER_DONNEES = tmp_path
    communes = offre()
    moi, autre = dossier_complet("moi", communes, tmp_path), dossier_complet("autre", communes)
    moi.partage = partager(moi, autre)
    return moi, autre


def demander(client, nom, **cles):
    reponse = client.post(reverse(nom, kwargs=cles))
    assert reponse.status_code == 200
    return zipfile.ZipFile(io.BytesIO(reponse.content))


def connecte(utilisateur):
    client = ClientStrict()
    client.force_login(utilisateur)
    return client


def donnees(archive):
    return json.loads(archive.read("donnees.json"))["rubriques"]


def test_a_parent_gets_everything_of_their_household_and_nothing_of_the_other(foyers):
    moi, autre = foyers
    archive = demander(connecte(moi.login), "dossiers:telecharger", cle=moi.famille.cle)
    texte = archive.read("donnees.json").decode()
    rubriques = donnees(archive)
    exportees = {p.modele for p in registre.du_foyer() if p.exporte}
    assert set(rubriques) == exportees
    assert len([nom for nom, lignes in rubriques.items() if lignes]) >= 22
    # The child that both share bears the name that the other one gave: its own data is theirs too.
    assert texte.replace("PARTAGE " + autre.canari, "").replace("Zoé " + autre.canari, "").count(autre.canari) == 1
    assert f"lait {autre.canari}" in texte
    assert autre.login.email not in texte
    assert autre.famille.code not in texte


def test_what_a_child_became_after_the_end_of_its_link_stays_with_its_other_household(foyers):
    """The household keeps what it wrote of the child, and learns neither its new class nor its health."""
    moi, autre = foyers
    Rattachement.objects.filter(enfant=moi.partage, famille=moi.famille).update(au="2017-12-31")
    Enfant.objects.filter(pk=moi.partage.pk).update(lieu_naissance="AILLEURS", niveau="cm2")
    Scolarite.objects.create(enfant=moi.partage, annee=2018, niveau="cm2")
    lues = donnees(demander(connecte(moi.login), "dossiers:telecharger", cle=moi.famille.cle))
    assert {enfant["prenom"] for enfant in lues["enfants.Enfant"]} == {moi.enfant.prenom, moi.cadet.prenom}
    assert moi.partage.prenom not in {ligne["enfant.prenom"] for ligne in lues["enfants.Scolarite"]}
    assert moi.partage.prenom not in {ligne["enfant.prenom"] for ligne in lues["enfants.FicheSanitaire"]}
    assert [lien["au"] for lien in lues["enfants.Rattachement"] if lien["enfant.prenom"] == moi.partage.prenom] == [
        "2017-12-31"
    ]
    lues = donnees(demander(connecte(autre.login), "dossiers:telecharger", cle=autre.famille.cle))
    assert moi.partage.prenom in {enfant["prenom"] for enfant in lues["enfants.Enfant"]}


def test_the_notes_of_the_service_are_not_in_the_file_of_the_parent(foyers):
    moi, _ = foyers
    moi.famille.note_interne = "Note du service seulement"
    moi.famille.save()
    archive = demander(connecte(moi.login), "dossiers:telecharger", cle=moi.famille.cle)
    assert "Note du service" not in archive.read("donnees.json").decode()
    assert "note_interne" not in donnees(archive)["familles.Famille"][0]


def test_an_adult_without_parental_authority_gets_no_health_data_and_no_reading_is_logged(foyers):
    moi, _ = foyers
    Responsable.objects.filter(utilisateur=moi.login).update(autorite_parentale=False)
    archive = demander(connecte(moi.login), "dossiers:telecharger", cle=moi.famille.cle)
    assert "arachide" not in archive.read("donnees.json").decode()
    assert not LectureSante.objects.exists()


def test_the_reading_of_health_data_is_logged_for_each_child_and_the_export_traced(foyers):
    moi, _ = foyers
    demander(connecte(moi.login), "dossiers:telecharger", cle=moi.famille.cle)
    lues = set(LectureSante.objects.values_list("enfant_cle", "utilisateur"))
    assert lues == {(enfant.cle, moi.login.pk) for enfant in (moi.enfant, moi.cadet, moi.partage)}
    trace = Trace.objects.get(geste="famille.exportee")
    assert (trace.auteur, trace.famille_cle) == (moi.login, moi.famille.cle)


def test_the_service_gets_its_notes_too_and_health_by_its_right_alone(foyers):
    moi, _ = foyers
    synchroniser()
    agent = membre_du_personnel("agent")
    sans = membre_du_personnel("comptable")
    sans.user_permissions.add(Permission.objects.get(codename="exporter_famille"))
    archive = demander(connecte(agent), "admin:dossiers_famille_exporter", pk=moi.famille.pk)
    assert donnees(archive)["familles.Famille"][0]["note_interne"] == moi.canari
    assert "enfants.FicheSanitaire" in donnees(archive)
    archive = demander(connecte(sans), "admin:dossiers_famille_exporter", pk=moi.famille.pk)
    assert "arachide" not in archive.read("donnees.json").decode()
    assert set(LectureSante.objects.values_list("utilisateur", flat=True)) == {agent.pk}


def test_the_archive_holds_a_pdf_that_opens_and_the_pieces_as_they_were_sent(foyers, avec_pdf):
    moi, _ = foyers
    archive = demander(connecte(moi.login), "dossiers:telecharger", cle=moi.famille.cle)
    pdf = pikepdf.open(io.BytesIO(archive.read("dossier.pdf")))
    assert str(pdf.docinfo["/Title"]).startswith(f"Données de la famille {moi.famille.nom}")
    pieces = [nom for nom in archive.namelist() if nom.startswith("pieces/")]
    assert len(pieces) == 1
    assert archive.read(pieces[0])[:3] == b"\xff\xd8\xff"


def test_a_health_document_is_left_out_for_those_who_may_not_read_it(foyers):
    moi, _ = foyers
    moi.document.type.sante = True
    moi.document.type.save()
    Responsable.objects.filter(utilisateur=moi.login).update(autorite_parentale=False)
    archive = demander(connecte(moi.login), "dossiers:telecharger", cle=moi.famille.cle)
    assert not [nom for nom in archive.namelist() if nom.startswith("pieces/")]


def test_the_cost_does_not_depend_on_the_number_of_days(foyers, django_assert_num_queries):
    """One query for each model, whatever the rows."""
    moi, _ = foyers
    gestes = perimetre.pour_exporter(moi.famille, jour=AUJOURDHUI, sante=[moi.enfant.pk], connexions=[moi.login.pk])
    attendues = len([p for p in registre.du_foyer() if p.exporte])
    with django_assert_num_queries(attendues):
        rubriques = export.rassembler(gestes, service=False)
        assert sum(len(rubrique.lignes) for rubrique in rubriques) > 30


@pytest.mark.parametrize("politique", [p for p in registre.du_foyer() if p.exporte], ids=lambda p: p.modele)
def test_what_is_exported_is_a_value_and_never_a_whole_object(politique):
    """A linked object would be written by its name, at the price of a query for each row."""
    for chemin in (*politique.exporte, *politique.service):
        modele = politique.classe
        for etape in chemin.split("."):
            champ = modele._meta.get_field(etape)
            modele = champ.related_model
        assert not champ.is_relation, chemin


def test_an_agent_who_acts_for_a_household_does_not_use_the_parents_page(foyers):
    moi, _ = foyers
    synchroniser()
    client = connecte(membre_du_personnel("agent"))
    client.post(reverse("admin:familles_famille_agir", args=[moi.famille.pk]))
    assert client.post(reverse("dossiers:telecharger", args=[moi.famille.cle])).status_code == 404


def test_a_household_whose_link_has_ended_no_longer_gets_the_sheet_of_the_child(foyers):
    moi, _ = foyers
    Rattachement.objects.filter(famille=moi.famille, enfant=moi.enfant).update(au="2018-01-01")
    archive = demander(connecte(moi.login), "dossiers:telecharger", cle=moi.famille.cle)
    assert "arachide" not in archive.read("donnees.json").decode()
    assert not LectureSante.objects.filter(enfant_cle=moi.enfant.cle, utilisateur=moi.login).exists()


@pytest.mark.parametrize(
    "politique", [p for p in registre.du_foyer() if p.exporte or p.service], ids=lambda p: p.modele
)
def test_everything_that_is_exported_has_its_place(politique):
    assert ordre.chapitre(politique.modele) != ordre.AUTRES


@pytest.mark.parametrize("politique", registre.du_foyer(), ids=lambda p: p.modele)
def test_everything_of_a_household_has_a_title_in_words(politique):
    """Read in the preview of an erasure too, where « user sessions » says nothing to anybody."""
    assert ordre.titre(politique.modele, "")


def test_the_pdf_reads_from_the_household_to_the_traces_and_says_no_code(foyers, monkeypatch):
    moi, _ = foyers
    pages = []
    monkeypatch.setattr(export, "ecrire", lambda html, css: pages.append(html) or b"")
    demande = export.Demande(moi.famille, moi.login, service=True, sante=[moi.enfant.pk], documents_de_sante=True)
    gestes = perimetre.pour_exporter(moi.famille, jour=AUJOURDHUI, sante=[moi.enfant.pk], connexions=None)
    maintenant = timezone.now()
    export._noter(demande, gestes, maintenant)
    EN_PDF(moi.famille, export.rassembler(gestes, service=True), maintenant)
    (html,) = pages
    titres = re.findall(r"<h2>(.*?)</h2>", html)
    attendus = [titre for titre, _ in ordre.CHAPITRES if titre in titres]
    assert titres == attendus
    assert (titres[0], titres[1], titres[-1]) == ("La famille", "Les adultes", "L’historique")
    rubriques = ["Enfants", "Jours réservés", "Factures", "Documents envoyés", "Qui a fait quoi"]
    rangs = [html.find(f">{rubrique}</h") for rubrique in rubriques]
    assert sorted(rangs) == rangs
    assert "Dossier exporté" in html
    assert "famille.exportee" not in html
    codes = re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", re.sub(r"<[^>]+>", " ", html))
    assert codes == []


def test_the_reasons_of_a_refusal_are_said_in_words():
    (code, phrase), *_ = MotifRefus.choices
    assert export.en_mots("reservations.LigneDemande", "motifs", [code]) == [phrase]


def test_only_an_amount_is_written_in_euros():
    """A decimal number is written « 5,25 € »: a quantity or a rate has words of its own."""
    nombres = {
        (politique.modele, chemin)
        for politique in registre.du_foyer()
        for chemin in (*politique.exporte, *politique.service)
        if "." not in chemin and isinstance(politique.classe._meta.get_field(chemin), DecimalField)
    }
    autres = {(modele, champ) for modele, champ in nombres if "montant" not in champ and champ != "tarif"}
    assert autres
    assert autres <= set(export.MOTS)
    assert export.en_mots("facturation.LigneFacture", "quantite", Decimal("3.00")) == "3"


def test_a_column_that_is_empty_everywhere_is_left_out_of_the_pdf():
    champs = [(nom, nom.capitalize()) for nom in "abcdefgh"]
    rubrique = export.Rubrique(
        "m.M", "Titre", champs, [[1, "", None, 4, "", "", "", ""], [1, "", "", "", "", "", "", 8]]
    )
    page = export._en_page(rubrique)
    assert (page["colonnes"], page["en_tableau"]) == (["A", "D", "H"], True)
    assert page["lignes"] == [["1", "4", ""], ["1", "", "8"]]
