"""SITUATION 1 of the tutorial: a household without a file files it online, alone, without an account."""

import datetime
import io

import pikepdf
import pytest
import time_machine as machine
from django.urls import reverse
from django.utils import timezone

from contenu import jetons as jetons_contact
from documents import coffre
from documents.models import PieceRequise, TypeDocument
from inscriptions import jetons, pdf
from inscriptions.actions import envoi, saisie
from inscriptions.enums import EtatDossier
from inscriptions.erreurs import DossierRefuse
from inscriptions.models import AdulteDossier, DossierInscription, EnfantDossier
from portail.commun.models import Courriel
from tests.fabriques import FabriqueUtilisateur
from tests.familles.outils import dernier_courriel, lien_du
from tests.inscriptions import fabriques
from tests.inscriptions.fabriques import COURRIEL, jeton

pytestmark = pytest.mark.django_db


def demander(client, courriel=COURRIEL, **champs):
    """Ask for the link as a person does: the page was opened ten seconds ago."""
    with machine.travel(timezone.now() - datetime.timedelta(seconds=10), tick=False):
        cle = jetons_contact.nouveau()
    return client.post(reverse("inscriptions:accueil"), {"courriel": courriel, "jeton": cle, **champs})


def etape(nom, dossier, **cles):
    return reverse(f"inscriptions:{nom}", kwargs={"jeton": jeton(dossier), **cles})


# --- The two ways in ---------------------------------------------------------------------------------------------


def test_the_home_page_and_the_login_page_lead_to_both_ways_to_register(client, commune):
    for page in ("accueil", "account_login"):
        texte = client.get(reverse(page)).content.decode()
        assert f'href="{reverse("inscriptions:accueil")}"' in texte
        assert f'href="{reverse("inscriptions:fiche")}"' in texte


def test_the_form_on_paper_is_a_tagged_pdf_with_the_town_and_the_pieces(client, commune):
    PieceRequise.objects.create(type=TypeDocument.objects.create(nom="Livret de famille", portee="famille"))
    reponse = client.get(reverse("inscriptions:fiche"))
    assert reponse["Content-Type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(reponse.content)) as document:
        assert document.Root.MarkInfo.Marked
        assert "Batz-sur-Mer" in str(document.docinfo["/Title"])
        assert str(document.Root.Lang) == "fr"
    # The same town asked again is not drawn again.
    avant = pdf._rendre.cache_info().hits
    client.get(reverse("inscriptions:fiche"))
    assert pdf._rendre.cache_info().hits == avant + 1


# --- The link ----------------------------------------------------------------------------------------------------


def test_the_whole_filing_from_the_address_to_the_receipt(client, commune):
    assert demander(client).headers["Location"] == reverse("inscriptions:lien_envoye")
    assert not DossierInscription.objects.exists()
    lien = lien_du(dernier_courriel(COURRIEL, "inscription_commencer"))
    page = client.get(lien)
    assert COURRIEL in page.content.decode()
    assert not DossierInscription.objects.exists(), "un lecteur de courriels qui suit le lien ne commence rien"
    suite = client.post(lien, follow=True)
    assert suite.redirect_chain[-1][0].endswith("/foyer/")
    dossier = DossierInscription.objects.get()
    foyer = {"nom": "LE GALL", "adresse": "3 rue du Traict", "code_postal": "44740", "ville": "Batz-sur-Mer"}
    client.post(etape("foyer", dossier), foyer)
    client.post(
        etape("adulte_ajouter", dossier),
        {"nom": "LE GALL", "prenom": "Morgane", "lien": "mere", "telephone_mobile": "0611223344",
         "autorite_parentale": "on"},
    )  # fmt: skip
    client.post(
        etape("enfant_ajouter", dossier), {"nom": "LE GALL", "prenom": "Éloïse", "date_naissance": "02/05/2018"}
    )
    verification = client.get(etape("verification", dossier)).content.decode()
    assert "Il reste des points à compléter" not in verification
    assert "06 11 22 33 44" in verification
    assert client.post(etape("envoyer", dossier), {}).status_code == 422
    client.post(etape("envoyer", dossier), {"exact": "on", "message": "Arrivée en septembre."})
    dossier.refresh_from_db()
    assert (dossier.etat, dossier.message) == (EtatDossier.ENVOYE, "Arrivée en septembre.")
    adulte = dossier.adultes.get()
    assert (adulte.email, adulte.rang) == (COURRIEL, 1)
    recu = dernier_courriel(COURRIEL, "inscription_envoyee")
    assert dossier.reference in recu.sujet
    assert "Éloïse" in recu.texte
    service = dernier_courriel("sej@mairie-batzsurmer.fr", "inscription_recue")
    assert "LE GALL" not in service.texte + service.sujet
    assert dossier.reference in client.get(lien_du(recu)).content.decode()


def test_the_answer_is_the_same_whether_the_address_has_an_account_a_file_or_nothing(client, commune, parent):
    fabriques.dossier(courriel="commence@exemple.fr")
    reponses = []
    for courriel in ("inconnue@exemple.fr", parent.email.upper(), "commence@exemple.fr"):
        avant = Courriel.objects.count()
        reponse = demander(client, courriel)
        assert Courriel.objects.count() == avant + 1, "un courriel dans tous les cas"
        reponses.append((reponse.status_code, reponse.headers["Location"], reponse.content))
    assert len(set(reponses)) == 1
    assert {courriel.nom for courriel in Courriel.objects.all()} == {
        "inscription_commencer",
        "inscription_deja_compte",
        "inscription_reprendre",
    }
    assert DossierInscription.objects.count() == 1


def test_an_address_that_has_an_account_gets_no_key(client, commune, parent):
    demander(client, parent.email)
    assert "/inscription/" not in dernier_courriel(parent.email).texte


def test_the_link_dies_after_three_days_and_a_false_one_at_once(client, commune):
    bonne = jetons.invitation(COURRIEL)
    for fausse in (bonne[:-1], "x", bonne.replace(":", "-"), jetons.dossier(fabriques.dossier())):
        assert client.get(reverse("inscriptions:commencer", args=[fausse])).status_code == 404
    with machine.travel(timezone.now() + jetons.DUREE_INVITATION + datetime.timedelta(seconds=2)):
        assert client.post(reverse("inscriptions:commencer", args=[bonne])).status_code == 404
    assert DossierInscription.objects.count() == 1


def test_two_links_of_one_address_open_one_file(client, commune):
    for _ in range(2):
        client.post(reverse("inscriptions:commencer", args=[jetons.invitation(COURRIEL)]))
    assert DossierInscription.objects.count() == 1


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"site_internet": "http://spam"}, "envoi automatique"),
        ({"jeton": "faux"}, "restée ouverte longtemps"),
        ({"courriel": "morgane"}, "adresse complète"),
        ({"courriel": ""}, "Écrivez votre adresse"),
    ],
)
def test_what_is_wrong_is_told_what_was_typed_is_kept_and_no_mail_leaves(client, commune, champs, phrase):
    reponse = demander(client, **champs)
    assert reponse.status_code == 422
    assert phrase in reponse.content.decode()
    assert not Courriel.objects.exists()


def test_a_machine_that_answers_at_once_is_asked_again(client, commune):
    donnees = {"courriel": COURRIEL, "jeton": jetons_contact.nouveau()}
    assert client.post(reverse("inscriptions:accueil"), donnees).status_code == 422
    assert not Courriel.objects.exists()


def test_links_are_limited_by_address_and_by_network(client, commune):
    statuts = [demander(client).status_code for _ in range(6)]
    assert statuts == [302] * 5 + [429]
    statuts = [demander(client, f"autre{rang}@exemple.fr").status_code for rang in range(6)]
    assert statuts[-1] == 429
    assert Courriel.objects.count() == 9


# --- The steps ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "champs", "nom", "phrase"),
    [
        ("foyer", {"nom": "", "adresse": "3 rue", "code_postal": "44740", "ville": "Batz"}, "nom", "obligatoire"),
        ("foyer", {"nom": "X", "adresse": "3 rue", "code_postal": "447", "ville": "Batz"}, "code_postal", "cinq"),
        ("adulte_ajouter", {"nom": "X", "prenom": "Y", "lien": "pere", "telephone_mobile": "12"},
         "telephone_mobile", "existe pas"),
        ("adulte_ajouter", {"nom": "X", "prenom": "Y", "lien": "pere", "date_naissance": "01/01/2024"},
         "date_naissance", "adulte"),
        ("enfant_ajouter", {"nom": "X", "prenom": "Y", "date_naissance": "31/02/2018"}, "date_naissance", "existe pas"),
        ("enfant_ajouter", {"nom": "X", "prenom": "Y", "date_naissance": "01/01/1980"}, "date_naissance", "majeure"),
        ("enfant_ajouter", {"nom": "X", "prenom": "Y", "date_naissance": "01/01/2090"}, "date_naissance", "futur"),
        ("enfant_ajouter", {"nom": "X", "prenom": "Y", "date_naissance": "01/01/2018", "departement_naissance": "99"},
         "departement_naissance", "existe pas"),
    ],
)  # fmt: skip
def test_a_bad_entry_is_explained_beside_its_field_and_kept(client, commune, page, champs, nom, phrase):
    dossier = fabriques.dossier(complet=False)
    reponse = client.post(etape(page, dossier), champs)
    assert reponse.status_code == 422
    assert any(phrase in erreur for erreur in reponse.context["form"].errors[nom])
    assert f'value="{champs[nom]}"' in reponse.content.decode() or not champs[nom]
    assert not EnfantDossier.objects.exists()
    assert not AdulteDossier.objects.exists()


def test_each_step_is_kept_and_the_link_goes_on_where_it_stopped(client, commune):
    dossier = fabriques.dossier(complet=False)
    assert client.get(etape("dossier", dossier)).headers["Location"].endswith("/foyer/")
    client.post(etape("foyer", dossier), {"nom": "X", "adresse": "1 rue", "code_postal": "44740", "ville": "Batz"})
    assert client.get(etape("dossier", dossier)).headers["Location"].endswith("/adultes/")
    fabriques.adulte(dossier, telephone_mobile="06 11 22 33 44")
    assert client.get(etape("dossier", dossier)).headers["Location"].endswith("/enfants/")
    fabriques.enfant(dossier)
    assert client.get(etape("dossier", dossier)).headers["Location"].endswith("/verification/")


def test_who_asks_keeps_the_confirmed_address_and_cannot_be_taken_out(client, commune):
    dossier = fabriques.dossier()
    premier = dossier.adultes.get()
    client.post(
        etape("adulte", dossier, cle=premier.cle),
        {"nom": "LE GALL", "prenom": "Maud", "lien": "mere", "email": "pirate@exemple.fr", "rang": "5"},
    )
    client.post(etape("adulte_retirer", dossier, cle=premier.cle))
    premier.refresh_from_db()
    assert (premier.prenom, premier.email, premier.rang) == ("Maud", COURRIEL, 1)


def test_adults_and_children_are_added_changed_and_taken_out(client, commune):
    dossier = fabriques.dossier()
    client.post(etape("adulte_ajouter", dossier), {"nom": "ROUX", "prenom": "Yann", "lien": "pere"})
    second = dossier.adultes.get(rang=2)
    client.post(etape("adulte", dossier, cle=second.cle), {"nom": "ROUX", "prenom": "Yannick", "lien": "pere"})
    assert "Yannick" in client.get(etape("adultes", dossier)).content.decode()
    client.post(etape("adulte_retirer", dossier, cle=second.cle))
    client.post(etape("enfant_retirer", dossier, cle=dossier.enfants.get().cle))
    assert (dossier.adultes.count(), dossier.enfants.count()) == (1, 0)


def test_a_file_holds_no_more_than_a_family_can(client, commune, monkeypatch):
    monkeypatch.setattr(saisie, "ADULTES_AU_PLUS", 1)
    monkeypatch.setattr(saisie, "ENFANTS_AU_PLUS", 1)
    dossier = fabriques.dossier()
    client.post(etape("adulte_ajouter", dossier), {"nom": "ROUX", "prenom": "Yann", "lien": "pere"})
    reponse = client.post(
        etape("enfant_ajouter", dossier), {"nom": "X", "prenom": "Y", "date_naissance": "01/01/2018"}, follow=True
    )
    assert "douze enfants au plus" in reponse.content.decode()
    assert (dossier.adultes.count(), dossier.enfants.count()) == (1, 1)


def test_what_the_steps_do_not_offer_is_never_written(client, commune):
    dossier = fabriques.dossier()
    client.post(
        etape("foyer", dossier),
        {"nom": "X", "adresse": "1 rue", "code_postal": "44740", "ville": "Batz", "etat": "accepte",
         "courriel": "pirate@exemple.fr", "famille": "1", "motif_refus": "x", "envoye_le": "2026-01-01"},
    )  # fmt: skip
    dossier.refresh_from_db()
    assert (dossier.etat, dossier.courriel, dossier.famille_id, dossier.envoye_le) == (
        EtatDossier.BROUILLON,
        COURRIEL,
        None,
        None,
    )


# --- The wall between two files ------------------------------------------------------------------------------------


def test_the_key_of_one_file_reaches_nothing_of_another(client, commune, tmp_path):
    mien, autre = fabriques.dossier(), fabriques.dossier(courriel="autre@exemple.fr", nom="CANARI")
    fabriques.adulte(autre, rang=2, nom="CANARI")
    fabriques.piece(autre, tmp_path)
    cibles = [
        ("adulte", autre.adultes.get(rang=2).cle),
        ("adulte_retirer", autre.adultes.get(rang=2).cle),
        ("enfant", autre.enfants.get().cle),
        ("enfant_retirer", autre.enfants.get().cle),
        ("piece_retirer", autre.pieces.get().cle),
    ]
    for nom, cle in cibles:
        reponse = client.post(etape(nom, mien, cle=cle), {"nom": "PIRATE", "prenom": "P", "lien": "pere"})
        assert reponse.status_code == 404
    assert (autre.adultes.count(), autre.enfants.count(), autre.pieces.count()) == (2, 1, 1)
    assert not AdulteDossier.objects.filter(nom="PIRATE").exists()


@pytest.mark.parametrize("page", ["dossier", "foyer", "adultes", "enfants", "pieces", "verification"])
def test_a_false_key_opens_nothing_and_says_nothing(client, commune, page):
    dossier = fabriques.dossier()
    vraie = jeton(dossier)
    for fausse in (dossier.cle.hex, f"{dossier.cle.hex}:{'x' * 43}", vraie[:-1], jetons.invitation(COURRIEL)):
        reponse = client.get(reverse(f"inscriptions:{page}", kwargs={"jeton": fausse}))
        assert reponse.status_code == 404
        assert "LE GALL" not in reponse.content.decode()


def test_the_pages_of_a_file_are_neither_kept_nor_told_to_another_site(client, commune):
    dossier = fabriques.dossier()
    for page in ("foyer", "adultes", "enfants", "pieces", "verification"):
        reponse = client.get(etape(page, dossier))
        assert "no-store" in reponse.headers["Cache-Control"]
        assert reponse.headers["Referrer-Policy"] == "same-origin"
        assert "noindex" in reponse.headers["X-Robots-Tag"]


# --- Sending, taking back, forgetting ----------------------------------------------------------------------------


def test_an_incomplete_file_is_not_sent_even_by_its_address(client, commune):
    dossier = fabriques.dossier()
    dossier.enfants.all().delete()
    reponse = client.post(etape("envoyer", dossier), {"exact": "on"})
    assert reponse.status_code == 422
    assert "Ajoutez au moins un enfant" in reponse.content.decode()
    with pytest.raises(DossierRefuse):
        envoi.envoyer(dossier=dossier, message="", maintenant=timezone.now())


def test_a_file_sent_twice_is_sent_once(client, commune):
    dossier = fabriques.dossier()
    for _ in range(2):
        client.post(etape("envoyer", dossier), {"exact": "on"})
    assert Courriel.objects.filter(nom="inscription_envoyee").count() == 1


def test_a_file_that_is_sent_is_read_and_no_longer_written(client, commune):
    dossier = fabriques.dossier(envoye=True)
    for page in ("foyer", "adulte_ajouter", "enfant_ajouter", "pieces", "envoyer", "abandonner"):
        assert client.post(etape(page, dossier), {"nom": "X"}).headers["Location"] == etape("dossier", dossier)
    with pytest.raises(DossierRefuse):
        saisie.enregistrer_foyer(dossier=dossier, valeurs={"nom": "X"}, maintenant=timezone.now())
    dossier.refresh_from_db()
    assert dossier.nom == "LE GALL"


def test_a_file_is_taken_back_as_long_as_nobody_answered(client, commune):
    dossier = fabriques.dossier(envoye=True)
    client.post(etape("corriger", dossier))
    dossier.refresh_from_db()
    assert (dossier.etat, dossier.envoye_le) == (EtatDossier.BROUILLON, None)
    DossierInscription.objects.update(
        etat="refuse", envoye_le=timezone.now(), traite_le=timezone.now(), motif_refus="Hors commune"
    )
    page = client.post(etape("corriger", dossier), follow=True).content.decode()
    assert "Le service a déjà répondu" in page
    assert "Hors commune" in page


def test_a_draft_given_up_leaves_neither_row_nor_file(client, commune, tmp_path):
    dossier = fabriques.dossier()
    piece = fabriques.piece(dossier, tmp_path)
    client.post(etape("abandonner", dossier))
    assert not DossierInscription.objects.exists()
    assert not coffre.chemin(piece.fichier).exists()


@pytest.mark.parametrize(
    ("champs", "jours", "garde"),
    [
        ({}, 29, True),
        ({}, 31, False),
        ({"envoye": True}, 400, True),
        ({"envoye": True, "etat": "refuse", "motif_refus": "x", "traite_le": "maintenant"}, 179, True),
        ({"envoye": True, "etat": "refuse", "motif_refus": "x", "traite_le": "maintenant"}, 181, False),
    ],
)
def test_drafts_left_alone_and_old_answers_are_erased_with_their_files(
    commune, tmp_path, champs, jours, garde, django_capture_on_commit_callbacks
):
    if champs.get("traite_le"):
        champs = {**champs, "traite_le": timezone.now()}
    piece = fabriques.piece(fabriques.dossier(**champs), tmp_path)
    plus_tard = timezone.now() + datetime.timedelta(days=jours)
    with django_capture_on_commit_callbacks(execute=True):
        assert envoi.effacer_les_perimes(maintenant=plus_tard) == (0 if garde else 1)
    assert DossierInscription.objects.exists() == garde
    assert coffre.chemin(piece.fichier).exists() == garde


def test_a_closed_account_is_told_like_an_open_one(client, commune):
    ferme = FabriqueUtilisateur(is_active=False)
    demander(client, ferme.email)
    assert dernier_courriel(ferme.email).nom == "inscription_deja_compte"
