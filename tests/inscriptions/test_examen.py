"""What an agent does of a registration file: reads, completes, accepts, attaches or refuses, once."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from documents import coffre
from documents.models import Document
from documents.reconciliation import reconcilier
from enfants.models import Enfant, Rattachement
from familles.models import Famille, Responsable, Utilisateur
from inscriptions import doublons
from inscriptions.enums import EtatDossier, Raison
from inscriptions.models import DossierInscription
from portail.commun.models import Courriel, Trace
from tests.fabriques import (
    FabriqueEnfant,
    FabriqueFamille,
    FabriqueResponsable,
    FabriqueUtilisateur,
    membre_du_personnel,
)
from tests.familles.outils import dernier_courriel, lien_du
from tests.inscriptions import fabriques
from tests.inscriptions.fabriques import COURRIEL


@pytest.fixture
def envoye(db):
    return fabriques.dossier(envoye=True)


def adresse(nom, dossier, **cles):
    return reverse(f"admin:inscriptions_dossierinscription_{nom}", kwargs={"pk": dossier.pk, **cles})


def fiche(dossier):
    return reverse("admin:inscriptions_dossierinscription_change", args=[dossier.pk])


def accepter(client, dossier, **champs):
    comptes = [str(adulte.cle) for adulte in dossier.adultes.filter(rang=1)]
    return client.post(adresse("accepter", dossier), {"residente": "on", "comptes": comptes, **champs})


# --- Reading -----------------------------------------------------------------------------------------------------


def test_the_queue_shows_what_waits_the_oldest_first_and_no_draft(gestion):
    recent = fabriques.dossier(envoye=True, nom="RECENT", courriel="recent@exemple.fr")
    vieux = fabriques.dossier(
        envoye=True, nom="VIEUX", courriel="v@exemple.fr", envoye_le=timezone.now() - datetime.timedelta(days=3)
    )
    fabriques.dossier(nom="BROUILLON", courriel="b@exemple.fr")
    fabriques.dossier(
        envoye=True, nom="REFUS", courriel="r@exemple.fr", etat="refuse", motif_refus="x", traite_le=timezone.now()
    )
    liste = reverse("admin:inscriptions_dossierinscription_changelist")
    texte = gestion.get(liste).content.decode()
    assert texte.index(vieux.reference) < texte.index(recent.reference)
    assert "3 jours" in texte.replace("\xa0", " ")
    assert "BROUILLON" not in texte
    assert "REFUS" not in texte.replace("Refusées", "")
    toutes = gestion.get(liste, {"etat": "toutes"}).content.decode()
    assert "REFUS<" in toutes
    assert "BROUILLON" not in toutes
    assert "2</strong> demandes d’inscription" in gestion.get(reverse("admin:index")).content.decode()


@pytest.mark.parametrize("saisi", ["le gall", "morgane", "eloise", "morgane@exemple.fr", "LE GALL eloise"])
def test_a_file_is_found_by_any_name_or_mail_without_accents(gestion, envoye, saisi):
    fabriques.dossier(envoye=True, nom="AUTRE", courriel="autre@exemple.fr", complet=False)
    liste = reverse("admin:inscriptions_dossierinscription_changelist")
    texte = gestion.get(liste, {"q": saisi}).content.decode()
    assert envoye.reference in texte
    assert "AUTRE" not in texte


def test_the_queue_and_the_page_cost_the_same_for_one_file_or_forty(gestion, envoye, django_assert_max_num_queries):
    FabriqueResponsable(nom="LE GALL", prenom="Morgane")
    liste = reverse("admin:inscriptions_dossierinscription_changelist")
    for rang in range(40):
        autre = fabriques.dossier(envoye=True, courriel=f"a{rang}@exemple.fr")
        fabriques.enfant(autre, prenom="Yann")
        FabriqueEnfant(nom="LE GALL", prenom="Éloïse", date_naissance=datetime.date(2018, 5, 2))
    with django_assert_max_num_queries(17):
        gestion.get(liste)
    with django_assert_max_num_queries(40):
        gestion.get(fiche(envoye))


def test_a_draft_is_not_the_service_s_business(gestion):
    brouillon = fabriques.dossier()
    assert gestion.get(fiche(brouillon), follow=True).status_code == 200
    assert "LE GALL" not in gestion.get(fiche(brouillon), follow=True).content.decode()
    for nom in ("accepter", "refuser"):
        assert gestion.post(adresse(nom, brouillon), {"motif": "x"}).status_code == 404


def test_the_page_has_everything(gestion, envoye, tmp_path):
    DossierInscription.objects.update(message="Arrivée en septembre.")
    fabriques.piece(envoye, tmp_path)
    texte = gestion.get(fiche(envoye)).content.decode()
    for morceau in ("LE GALL", "Morgane", "Éloïse", COURRIEL, "06 11 22 33 44", "Arrivée en septembre", "Justificatif"):
        assert morceau in texte


def test_reading_a_piece_is_logged_and_gives_a_download(gestion, envoye, tmp_path):
    piece = fabriques.piece(envoye, tmp_path)
    reponse = gestion.get(adresse("fichier", envoye, cle=piece.cle))
    assert b"".join(reponse.streaming_content) == b"%PDF-1.7 une attestation"
    assert "attachment" in reponse.headers["Content-Disposition"]
    assert Trace.objects.get(geste="inscription.piece_telechargee").objet_cle == envoye.cle
    autre = fabriques.dossier(envoye=True, courriel="autre@exemple.fr")
    assert gestion.get(adresse("fichier", autre, cle=piece.cle)).status_code == 404


def test_an_agent_completes_and_corrects_the_file_and_the_trace_names_the_data_only(gestion, envoye):
    adulte, enfant = envoye.adultes.get(), envoye.enfants.get()
    donnees = {
        "nom": "LE GALL", "adresse": "5 rue du Traict", "code_postal": "44740", "ville": "Batz-sur-Mer",
        "telephone": "0240239225", "pays": "France",
        "adultes-TOTAL_FORMS": "2", "adultes-INITIAL_FORMS": "1", "adultes-0-id": adulte.pk,
        "adultes-0-dossier": envoye.pk, "adultes-0-nom": "LE GALL", "adultes-0-prenom": "Morgane",
        "adultes-0-email": COURRIEL, "adultes-0-telephone_mobile": "06 11 22 33 44", "adultes-0-pays": "France",
        "adultes-0-date_naissance": "09/03/1988", "adultes-0-lien": "mere", "adultes-0-autorite_parentale": "on",
        "adultes-1-dossier": envoye.pk, "adultes-1-nom": "ROUX", "adultes-1-prenom": "Yann", "adultes-1-pays": "France",
        "enfants-TOTAL_FORMS": "1", "enfants-INITIAL_FORMS": "1", "enfants-0-id": enfant.pk,
        "enfants-0-dossier": envoye.pk, "enfants-0-nom": "LE GALL", "enfants-0-prenom": "Eloïse",
        "enfants-0-date_naissance": "02/05/2018",
    }  # fmt: skip
    assert gestion.post(fiche(envoye), donnees).status_code == 302
    envoye.refresh_from_db()
    assert (envoye.adresse, envoye.telephone) == ("5 rue du Traict", "02 40 23 92 25")
    assert [(un.prenom, un.rang) for un in envoye.adultes.all()] == [("Morgane", 1), ("Yann", 2)]
    traces = str(
        [(trace.avant, trace.apres, trace.libelle) for trace in Trace.objects.filter(geste__contains="corrigee")]
    )
    assert "adresse" in traces
    assert "Traict" not in traces
    assert "ROUX" not in traces


# --- Accepting ---------------------------------------------------------------------------------------------------


def test_accepting_makes_household_child_account_and_documents(gestion, envoye, agent, tmp_path, client):
    piece, certificat = fabriques.piece(envoye, tmp_path), fabriques.piece(envoye, tmp_path, envoye.enfants.get())
    FabriqueFamille(code="F00041")
    reponse = accepter(gestion, envoye)
    famille = Famille.objects.get(nom="LE GALL")
    assert reponse.headers["Location"] == reverse("admin:familles_famille_change", args=[famille.pk])
    assert (famille.code, famille.adresse, famille.residente) == ("F00042", "3 rue du Traict", True)
    adulte = famille.responsables.get()
    assert (adulte.prenom, adulte.rang, adulte.utilisateur.email) == ("Morgane", 1, COURRIEL)
    enfant = Enfant.objects.get()
    assert (enfant.prenom, list(enfant.familles.all())) == ("Éloïse", [famille])
    assert {(un.fichier, un.enfant_id, un.etat) for un in Document.objects.filter(famille=famille)} == {
        (piece.fichier, None, "envoye"),
        (certificat.fichier, enfant.pk, "envoye"),
    }
    reconcilier(maintenant=timezone.now() + datetime.timedelta(days=1))
    assert coffre.chemin(piece.fichier).is_file()
    envoye.refresh_from_db()
    assert (envoye.etat, envoye.famille, envoye.traite_par) == (EtatDossier.ACCEPTE, famille, agent)
    assert famille.code in dernier_courriel(COURRIEL, "inscription_acceptee").texte
    activation = lien_du(dernier_courriel(COURRIEL, "compte_activer"))
    client.post(activation, {"password1": "Falaise-Ocre-77", "password2": "Falaise-Ocre-77"})
    assert "LE GALL" in client.get(reverse("familles:fiche")).content.decode()
    assert Trace.objects.filter(geste="inscription.acceptee", famille_cle=famille.cle, auteur=agent).exists()


def test_the_accounts_are_those_that_the_agent_chose(gestion, envoye):
    fabriques.adulte(envoye, rang=2, prenom="Yann", email="yann@exemple.fr", autorite_parentale=False)
    second = envoye.adultes.get(rang=2)
    page = accepter(gestion, envoye, comptes=[str(second.cle)])
    assert not Utilisateur.objects.filter(email__in=[COURRIEL, "yann@exemple.fr"]).exists()
    texte = gestion.get(page.headers["Location"]).content.decode()
    assert "n’a pas l’autorité parentale" in texte
    assert Responsable.objects.filter(famille__nom="LE GALL").count() == 2


@pytest.mark.parametrize("compte", ["agent", "ferme"])
def test_an_account_that_cannot_be_opened_does_not_undo_the_answer(gestion, envoye, compte):
    FabriqueUtilisateur(email=COURRIEL, is_staff=compte == "agent", is_active=compte != "ferme")
    page = accepter(gestion, envoye)
    assert Famille.objects.get(nom="LE GALL").responsables.get().utilisateur is None
    attendu = "membre du personnel" if compte == "agent" else "compte fermé"
    assert attendu in gestion.get(page.headers["Location"]).content.decode()


def test_a_child_already_known_is_never_made_twice_without_a_word(gestion, envoye):
    connu = FabriqueEnfant(
        nom="Le Gall", prenom="ELOISE", date_naissance=datetime.date(2018, 5, 2), famille=FabriqueFamille()
    )
    refusee = accepter(gestion, envoye)
    assert refusee.status_code == 422
    assert "Dites s’il s’agit du même enfant" in refusee.content.decode()
    assert not Famille.objects.filter(nom="LE GALL").exists()
    champ = f"enfant_{envoye.enfants.get().pk}"
    accepter(gestion, envoye, **{champ: str(connu.cle)})
    assert Enfant.objects.count() == 1
    assert connu.familles.count() == 2


def test_an_agent_may_say_that_it_is_another_child(gestion, envoye):
    FabriqueEnfant(nom="LE GALL", prenom="Éloïse", date_naissance=datetime.date(2018, 5, 2))
    accepter(gestion, envoye, **{f"enfant_{envoye.enfants.get().pk}": "nouveau"})
    assert Enfant.objects.count() == 2


def test_a_child_that_is_not_alike_cannot_be_taken_by_its_key(gestion, envoye):
    autre = FabriqueEnfant(famille=FabriqueFamille())
    accepter(gestion, envoye, **{f"enfant_{envoye.enfants.get().pk}": str(autre.cle)})
    assert not Rattachement.objects.filter(enfant=autre, famille__nom="LE GALL").exists()


# --- Likeness ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("champs_famille", "champs_adulte", "raison"),
    [
        ({}, {"email": COURRIEL.upper()}, Raison.COURRIEL),
        ({}, {"telephone_travail": "+33 6 11 22 33 44"}, Raison.TELEPHONE),
        ({"telephone": "06.11.22.33.44"}, {}, Raison.TELEPHONE),
        ({}, {"nom": "Le Gall", "prenom": "MORGANE", "date_naissance": datetime.date(1988, 3, 9)}, Raison.ADULTE),
        ({}, {"nom": "DUPONT", "nom_naissance": "Le Gall", "prenom": "Morgane"}, Raison.ADULTE),
        ({"adresse": "3, R. du TRAICT", "code_postal": "44740"}, {}, Raison.ADRESSE),
        ({"numero_allocataire": "1234567"}, {}, Raison.ALLOCATAIRE),
    ],
)
def test_a_household_that_looks_alike_is_told_with_the_reason(envoye, champs_famille, champs_adulte, raison):
    envoye.numero_allocataire = "1234567"
    famille = FabriqueFamille(**{"adresse": "9 place du Garnal"} | champs_famille)
    FabriqueResponsable(famille=famille, **{"nom": "AUTRE", "email": ""} | champs_adulte)
    FabriqueResponsable(famille=FabriqueFamille(adresse="13 rue du Traict"), nom="ETRANGER", email="")
    (trouve,) = doublons.chercher(envoye).familles
    assert (trouve.famille, next(iter(trouve.raisons))) == (famille, raison)


def test_the_same_child_tells_its_household_and_the_other_files(envoye):
    famille = FabriqueFamille(adresse="9 place du Garnal")
    FabriqueEnfant(nom="LE GALL", prenom="Eloise", date_naissance=datetime.date(2018, 5, 2), famille=famille)
    autre = fabriques.dossier(envoye=True, courriel="pere@exemple.fr")
    semblables = doublons.chercher(envoye)
    assert Raison.ENFANT in semblables.familles[0].raisons
    assert semblables.dossiers == [autre]


@pytest.mark.parametrize("champs", [{"prenom": "Maud"}, {"date_naissance": datetime.date(1990, 1, 1)}])
def test_another_person_of_the_same_name_is_no_double(envoye, champs):
    FabriqueResponsable(
        famille=FabriqueFamille(adresse="9 place"), **{"nom": "LE GALL", "prenom": "Morgane", "email": ""} | champs
    )
    assert doublons.chercher(envoye).familles == []


def test_an_archived_household_is_not_offered(envoye):
    FabriqueResponsable(famille=FabriqueFamille(archivee_le=timezone.now()), email=COURRIEL)
    assert doublons.chercher(envoye).familles == []


# --- Attaching ---------------------------------------------------------------------------------------------------


def test_attaching_adds_what_is_missing_and_leaves_the_rest(gestion, envoye, tmp_path):
    famille = FabriqueFamille(nom="LE GALL-ROUX", adresse="1 rue d’avant")
    FabriqueResponsable(famille=famille, nom="LE GALL", prenom="Morgane", email="", utilisateur=None, profession="x")
    fabriques.adulte(envoye, rang=2, prenom="Yann", nom="ROUX")
    fabriques.piece(envoye, tmp_path)
    page = gestion.get(fiche(envoye)).content.decode()
    lien = adresse("rattacher", envoye, famille_pk=famille.pk)
    assert lien in page
    premier = envoye.adultes.get(rang=1)
    gestion.post(lien, {"comptes": [str(premier.cle)]})
    famille.refresh_from_db()
    assert (famille.nom, famille.adresse) == ("LE GALL-ROUX", "1 rue d’avant")
    morgane, yann = famille.responsables.order_by("rang")
    assert (morgane.profession, morgane.utilisateur.email, yann.prenom, yann.rang) == ("x", COURRIEL, "Yann", 2)
    assert famille.documents.count() == 1
    assert Famille.objects.count() == 1


def test_a_known_adult_with_another_address_gets_no_account_by_default(gestion, envoye):
    """Somebody else's names in a file must not open their household: an agent looks, and calls."""
    famille = FabriqueFamille()
    FabriqueResponsable(famille=famille, nom="LE GALL", prenom="Morgane", email="vraie@exemple.fr", utilisateur=None)
    page = gestion.get(adresse("rattacher", envoye, famille_pk=famille.pk))
    assert "appelez la famille" in page.content.decode()
    assert page.context["form"].fields["comptes"].initial == []


def test_nothing_is_attached_to_an_archived_household(gestion, envoye):
    famille = FabriqueFamille(archivee_le=timezone.now())
    assert gestion.post(adresse("rattacher", envoye, famille_pk=famille.pk), {}).status_code == 404


# --- Refusing, and only once -------------------------------------------------------------------------------------


def test_a_refusal_says_why_by_mail_and_on_the_page(gestion, envoye, client):
    assert gestion.post(adresse("refuser", envoye), {"motif": " "}).status_code == 422
    gestion.post(adresse("refuser", envoye), {"motif": "Votre commune a son propre service."})
    assert "propre service" in dernier_courriel(COURRIEL, "inscription_refusee").texte
    page = client.get(reverse("inscriptions:dossier", args=[fabriques.jeton(envoye)])).content.decode()
    assert "propre service" in page
    assert not Famille.objects.exists()


def test_a_second_answer_counts_for_nothing(gestion, envoye):
    accepter(gestion, envoye)
    avant = Courriel.objects.count()
    assert "a déjà répondu" in gestion.get(accepter(gestion, envoye).headers["Location"]).content.decode()
    gestion.post(adresse("refuser", envoye), {"motif": "Trop tard"})
    envoye.refresh_from_db()
    assert (envoye.etat, Famille.objects.count(), Courriel.objects.count()) == (EtatDossier.ACCEPTE, 1, avant)


def test_once_answered_a_file_is_no_longer_corrected(gestion, envoye):
    accepter(gestion, envoye)
    assert gestion.post(fiche(envoye), {"nom": "PIRATE"}).status_code == 403
    assert "Accepter et créer" not in gestion.get(fiche(envoye)).content.decode()


def test_the_database_refuses_states_that_contradict_themselves(envoye):
    for champs in ({"etat": "accepte"}, {"etat": "refuse"}, {"envoye_le": None}, {"motif_refus": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            DossierInscription.objects.filter(pk=envoye.pk).update(**champs)


@pytest.mark.parametrize("nom", ["direction", "regisseur", "comptable", "administrateur"])
def test_other_roles_do_not_read_the_files(client, agent, envoye, nom):
    client.force_login(membre_du_personnel(nom))
    for page in (fiche(envoye), reverse("admin:inscriptions_dossierinscription_changelist")):
        assert client.get(page).status_code == 403
