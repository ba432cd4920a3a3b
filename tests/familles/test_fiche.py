"""The household sheet: what parents write, what they only read, and what the service sees of it."""

import datetime

import pytest
from django.db import Error, connection, transaction
from django.urls import reverse

from familles.actions import fiche as actions
from familles.enums import EtatModification, Politique
from familles.erreurs import ModificationRefusee
from familles.models import CampagneCertification, Famille, Modification, QuotientFamilial, ReglageChamp, Responsable
from portail.commun.models import Trace
from portail.roles import synchroniser
from tests.fabriques import FabriqueFamille, FabriqueResponsable, FabriqueUtilisateur, instant, membre_du_personnel
from tests.familles.outils import dernier_courriel

pytestmark = pytest.mark.usefixtures("commune")
MAINTENANT = instant(2026, 3, 2, 8)
FOYER = {"adresse": "3 allée du Port", "code_postal": "44740", "ville": "Batz-sur-Mer", "pays": "France"}
ADULTE = {"nom": "AABELIUM", "prenom": "Claire", "civilite": "mme", "telephone_mobile": "06 12 34 56 78"}


@pytest.fixture
def claire(famille):
    claire = famille.responsables.get()
    Responsable.objects.filter(pk=claire.pk).update(nom="AABELIUM", email="")
    claire.refresh_from_db()
    return claire


@pytest.fixture
def connecte(client, parent):
    client.force_login(parent)
    return client


def url(nom, famille, adulte=None):
    cles = {"cle": famille.cle} | ({"responsable_cle": adulte.cle} if adulte else {})
    return reverse(f"familles:{nom}", kwargs=cles)


def quotient(famille, valeur=650, du=datetime.date(2026, 1, 1), **champs):
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute("SET LOCAL portail.role = 'service'")
        cree = QuotientFamilial.objects.create(famille=famille, valeur=valeur, du=du, source="caf", **champs)
        curseur.execute("SET LOCAL portail.role = ''")
        return cree


def tout_le_foyer():
    return [list(modele.objects.order_by("pk").values()) for modele in (Famille, Responsable, QuotientFamilial)]


def test_the_sheet_has_the_sections_of_the_tutorial(connecte, famille, claire):
    quotient(famille)
    html = connecte.get("/famille/").content.decode()
    for morceau in (
        "Recopier l’adresse de la famille",
        "Enregistrer",
        "650&nbsp;€",
        "ne sont pas modifiables, pour tout changement merci de prendre contact avec le service",
        'value="12 rue des Paludiers"',
    ):
        assert morceau in html, morceau
    assert 'name="valeur"' not in html


def test_each_section_is_saved_on_its_own(connecte, famille, claire):
    reponse = connecte.post(url("enregistrer_famille", famille), FOYER | {"telephone": "0240239225"})
    assert reponse["Location"] == f"/famille/{famille.cle}/#foyer"
    famille.refresh_from_db()
    assert (famille.adresse, famille.telephone) == ("3 allée du Port", "02 40 23 92 25")
    connecte.post(url("enregistrer_responsable", famille, claire), ADULTE | {"profession": "Paludière"})
    claire.refresh_from_db()
    assert (claire.profession, claire.telephone_mobile) == ("Paludière", "06 12 34 56 78")


def test_the_service_sees_old_and_new(connecte, famille, claire, parent):
    connecte.post(url("enregistrer_famille", famille), FOYER)
    note = Modification.objects.get(champ="famille.adresse")
    assert (note.avant, note.apres, note.etat) == ("12 rue des Paludiers", "3 allée du Port", "appliquee")
    assert note in Modification.objects.a_voir()
    trace = Trace.objects.get(geste="famille.fiche_modifiee")
    assert trace.auteur == parent
    assert trace.apres["famille.adresse"] == "3 allée du Port"


def test_saving_without_change_writes_nothing(connecte, famille, claire):
    reponse = connecte.post(
        url("enregistrer_famille", famille), FOYER | {"adresse": "12 rue des Paludiers"}, follow=True
    )
    assert "Rien n’a changé" in reponse.content.decode()
    assert not Modification.objects.exists()
    assert not Trace.objects.exists()


def test_the_arrow_copies_the_address_keeps_what_was_typed_and_saves_nothing(connecte, famille, claire):
    page = connecte.post(url("recopier_adresse", famille, claire), ADULTE | {"profession": "Paludière"})
    html = page.content.decode()
    assert page.status_code == 200
    assert html.count('value="12 rue des Paludiers"') == 2
    assert 'value="Paludière"' in html
    claire.refresh_from_db()
    assert (claire.adresse, claire.profession) == ("", "")


@pytest.mark.parametrize(
    ("champ", "saisie", "morceau"),
    [
        ("code_postal", "4474", "cinq chiffres"),
        ("code_postal", "99999", "cinq chiffres"),
        ("telephone", "12", "n’existe pas"),
        ("telephone", "06 12 34", "n’existe pas"),
        ("adresse", "", "obligatoire"),
        ("adresse", "x" * 200, "120"),
        ("situation", "polygame", "choix"),
    ],
)
def test_a_bad_entry_is_explained_beside_its_field_and_kept(connecte, famille, claire, champ, saisie, morceau):
    page = connecte.post(url("enregistrer_famille", famille), FOYER | {champ: saisie, "complement": "Bât. B"})
    assert page.status_code == 422
    html = page.content.decode()
    assert morceau in html
    assert 'value="Bât. B"' in html
    assert not Modification.objects.exists()


def test_a_foreign_address_and_phone_are_accepted(connecte, famille, claire):
    belge = FOYER | {"code_postal": "b-1000", "ville": "Bruxelles", "pays": "Belgique", "telephone": "+32470123456"}
    assert connecte.post(url("enregistrer_famille", famille), belge).status_code == 302
    famille.refresh_from_db()
    assert (famille.code_postal, famille.telephone) == ("B-1000", "+32 470 12 34 56")


@pytest.mark.parametrize("saisie", ["31/02/1985", "01/01/2025", "01/01/1885", "demain"])
def test_a_birth_date_that_cannot_be_is_refused(connecte, famille, claire, saisie):
    page = connecte.post(url("enregistrer_responsable", famille, claire), ADULTE | {"date_naissance": saisie})
    assert page.status_code == 422
    assert f'value="{saisie}"' in page.content.decode()


@pytest.mark.parametrize(
    "intrus",
    [
        {"code": "F99999"},
        {"note_interne": "gentille famille"},
        {"residente": "on"},
        {"valeur": "0"},
        {"quotients-0-valeur": "0"},
        {"autorite_parentale": ""},
        {"rang": "7"},
        {"utilisateur": "1"},
        {"archivee_le": "2026-01-01"},
        {"nom_recherche": "x"},
    ],
)
def test_nothing_that_the_page_does_not_offer_is_written(connecte, famille, claire, intrus):
    quotient(famille)
    avant = (
        list(type(famille).objects.values()),
        list(Responsable.objects.values()),
        list(QuotientFamilial.objects.values()),
    )
    connecte.post(url("enregistrer_famille", famille), FOYER | {"adresse": famille.adresse} | intrus)
    connecte.post(
        url("enregistrer_responsable", famille, claire),
        {"nom": claire.nom, "prenom": claire.prenom, "civilite": claire.civilite, "pays": "France"} | intrus,
    )
    apres = (
        list(type(famille).objects.values()),
        list(Responsable.objects.values()),
        list(QuotientFamilial.objects.values()),
    )
    assert apres == avant


def test_the_action_itself_ignores_what_is_closed(famille, claire, parent):
    actions.enregistrer_responsable(
        responsable=claire, valeurs={"autorite_parentale": False, "rang": 9}, auteur=parent, maintenant=MAINTENANT
    )
    claire.refresh_from_db()
    assert (claire.autorite_parentale, claire.rang) == (True, 1)


def test_the_database_itself_refuses_a_quotient_that_the_service_did_not_sign(famille):
    quotient(famille)
    for ordre in ("UPDATE familles_quotientfamilial SET valeur = 0", "DELETE FROM familles_quotientfamilial"):
        with pytest.raises(Error), transaction.atomic(), connection.cursor() as curseur:
            curseur.execute(ordre)
    with pytest.raises(Error), transaction.atomic():
        QuotientFamilial.objects.create(famille=famille, valeur=0, du=datetime.date(2027, 1, 1), source="caf")


# --- What the town lets parents do ----------------------------------------------------------------------------------


def regler(champ, politique):
    ReglageChamp.objects.create(champ=champ, politique=politique)


def test_a_piece_of_data_that_is_hidden_is_neither_shown_nor_written(connecte, famille, claire):
    regler("responsable.profession", Politique.MASQUE)
    assert "Profession" not in connecte.get("/famille/").content.decode()
    connecte.post(url("enregistrer_responsable", famille, claire), ADULTE | {"profession": "Paludière"})
    claire.refresh_from_db()
    assert claire.profession == ""


def test_a_piece_of_data_that_is_only_shown_is_read_and_not_written(connecte, famille, claire):
    regler("famille.ville", Politique.AFFICHE)
    html = connecte.get("/famille/").content.decode()
    assert "Batz-sur-Mer" in html
    assert 'id="foyer-ville"' not in html
    connecte.post(url("enregistrer_famille", famille), FOYER | {"ville": "Paris"})
    famille.refresh_from_db()
    assert famille.ville == "Batz-sur-Mer"


def test_a_piece_of_data_can_be_made_compulsory(connecte, famille, claire):
    regler("responsable.telephone_mobile", Politique.OBLIGATOIRE)
    page = connecte.post(url("enregistrer_responsable", famille, claire), ADULTE | {"telephone_mobile": ""})
    assert page.status_code == 422


@pytest.fixture
def attente(connecte, famille, claire):
    connecte.post(url("enregistrer_responsable", famille, claire), ADULTE | {"nom": "DURAND"})
    return Modification.objects.en_attente().get()


def test_a_change_that_waits_is_shown_and_not_applied(connecte, attente, claire):
    claire.refresh_from_db()
    assert claire.nom == "AABELIUM"
    html = connecte.get("/famille/").content.decode().replace("\xa0", " ")
    assert "En attente de l’accord du service : « DURAND »" in html


def test_an_agent_accepts_it(attente, claire):
    agent = FabriqueUtilisateur(is_staff=True)
    actions.accepter(modification=attente, agent=agent, maintenant=MAINTENANT)
    claire.refresh_from_db()
    attente.refresh_from_db()
    assert (claire.nom, attente.etat) == ("DURAND", EtatModification.ACCEPTEE)
    with pytest.raises(ModificationRefusee):
        actions.refuser(modification=attente, agent=agent, motif="trop tard", maintenant=MAINTENANT)


def test_an_agent_refuses_it_with_a_reason_that_the_parent_reads(connecte, attente, claire, parent):
    agent = FabriqueUtilisateur(is_staff=True)
    actions.refuser(modification=attente, agent=agent, motif="Envoyez le livret.", maintenant=MAINTENANT)
    claire.refresh_from_db()
    assert claire.nom == "AABELIUM"
    assert "Envoyez le livret." in dernier_courriel(parent.email).texte
    assert "Envoyez le livret." in connecte.get("/famille/").content.decode()


def test_a_newer_wish_replaces_the_one_that_waits_and_the_old_value_withdraws_it(connecte, attente, famille, claire):
    connecte.post(url("enregistrer_responsable", famille, claire), ADULTE | {"nom": "MARTIN"})
    assert Modification.objects.en_attente().get().apres == "MARTIN"
    connecte.post(url("enregistrer_responsable", famille, claire), ADULTE)
    assert not Modification.objects.en_attente().exists()


def test_a_member_of_the_staff_is_a_parent_like_another_in_their_own_household(client, famille, claire, parent):
    type(parent).objects.filter(pk=parent.pk).update(is_staff=True)
    client.force_login(parent)
    client.post(url("enregistrer_responsable", famille, claire), ADULTE | {"nom": "DURAND"})
    claire.refresh_from_db()
    assert claire.nom == "AABELIUM"


# --- Several adults, several households ----------------------------------------------------------------------------


def test_an_adult_with_a_login_is_the_only_one_to_change_their_data(connecte, famille, claire):
    paul = FabriqueResponsable(famille=famille, prenom="Paul", rang=2)
    html = connecte.get("/famille/").content.decode()
    assert "Paul modifie ses informations depuis son propre compte" in html
    assert connecte.post(url("enregistrer_responsable", famille, paul), ADULTE).status_code == 404


def test_an_adult_without_login_is_filled_in_by_the_other(connecte, famille, claire):
    paul = FabriqueResponsable(famille=famille, prenom="Paul", rang=2, utilisateur=None, email="")
    connecte.post(url("enregistrer_responsable", famille, paul), ADULTE | {"prenom": "Paul", "profession": "Marin"})
    paul.refresh_from_db()
    assert paul.profession == "Marin"


def test_one_who_belongs_to_two_households_chooses_the_sheet(connecte, famille, claire, parent):
    seconde = FabriqueFamille(nom="ZACHARIE", adresse="9 quai du Croisic")
    FabriqueResponsable(famille=seconde, utilisateur=parent)
    html = connecte.get("/famille/").content.decode()
    assert "ZACHARIE" in html
    assert "9 quai du Croisic" not in html
    assert "9 quai du Croisic" in connecte.get(url("fiche_de", seconde)).content.decode()


def test_an_adult_of_another_household_is_not_reached_through_ones_own(connecte, famille, claire, autre_famille):
    etrangere = autre_famille.responsables.get()
    assert connecte.post(url("enregistrer_responsable", famille, etrangere), ADULTE).status_code == 404
    assert connecte.post(url("recopier_adresse", famille, etrangere), ADULTE).status_code == 404


# --- « Tout est à jour » ---------------------------------------------------------------------------------------------


def test_a_campaign_asks_once_and_the_answer_is_kept(connecte, famille, claire, time_machine):
    time_machine.move_to(MAINTENANT, tick=False)
    CampagneCertification.objects.create(
        libelle="Rentrée 2026", du=datetime.date(2026, 3, 1), au=datetime.date(2026, 3, 31)
    )
    assert "Tout est à jour" in connecte.get("/famille/").content.decode()
    for _ in range(2):
        connecte.post(url("certifier", famille))
    assert "Tout est à jour" not in connecte.get("/famille/").content.decode()
    assert famille.certifications.count() == 1
    time_machine.move_to(instant(2026, 4, 1, 8), tick=False)
    assert connecte.post(url("certifier", famille)).status_code == 302


def test_the_sheet_costs_the_same_for_one_adult_or_five(connecte, famille, claire, django_assert_max_num_queries):
    for rang in range(2, 6):
        FabriqueResponsable(famille=famille, rang=rang, utilisateur=None, email="")
        quotient(famille, du=datetime.date(2020 + rang, 1, 1), au=datetime.date(2020 + rang, 12, 31))
    connecte.get("/famille/")
    with django_assert_max_num_queries(18):
        connecte.get("/famille/")


def test_the_town_sees_what_holds_for_each_piece_of_data_and_chooses_from_there(client, commune):
    synchroniser()
    client.force_login(membre_du_personnel("administrateur"))
    liste = "/gestion/familles/reglagechamp/"
    html = client.get(liste).content.decode()
    for titre in ("La famille", "Chaque adulte", "Chaque enfant"):
        assert f"{titre}&nbsp;: données sans réglage" in html or f"{titre}\xa0: données sans réglage" in html
    ajout = f"{liste}add/?champ=enfant.menu"
    assert f'href="{ajout}"' in html
    assert '<option value="enfant.menu" selected>Enfant – Menu à la cantine' in client.get(ajout).content.decode()
    client.post(ajout, {"champ": "enfant.menu", "politique": "masque"})
    assert f'href="{ajout}"' not in client.get(liste).content.decode()


def test_the_work_of_an_adult_is_told_by_the_parent_and_counts_once_an_agent_agrees(connecte, famille, claire):
    assert "Travaille, étudie ou suit une formation" in connecte.get("/famille/").content.decode()
    connecte.post(url("enregistrer_responsable", famille, claire), ADULTE | {"activite": "travaille"})
    claire.refresh_from_db()
    assert claire.activite == ""
    attente = Modification.objects.en_attente().get()
    assert (attente.libelle, attente.apres) == ("Activité", "Travaille, étudie ou suit une formation")
    actions.accepter(modification=attente, agent=FabriqueUtilisateur(agent=True), maintenant=MAINTENANT)
    claire.refresh_from_db()
    assert claire.activite == "travaille"
