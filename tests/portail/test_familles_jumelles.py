"""As another family: every address with the twin's keys, in the path and in the bodies, answers like nothing."""

import itertools
import re
import uuid

import pytest
from django.urls import get_resolver, reverse

from reservations import acces
from reservations.models import ChoixBrouillon, Reservation
from tests.client import ClientStrict
from tests.droits import empreinte
from tests.portail.jumelles import CORPS, RECETTES, SANS_FOYER, appartient, foyer, lignes, offre

CLIENT = ClientStrict()
METHODES = ("get", "head", "post", "put", "patch", "delete", "options")
#: What changes from one page to the next without saying anything of its object.
CHANGEANT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|inconnue\w*|value=\"[^\"]{64}\"")


def noms_avec_parametre(resolveur=None, prefixe="", parametres=False):
    """Every named address that carries a parameter, but those of the staff's site."""
    for motif in (resolveur or get_resolver()).url_patterns:
        avec = parametres or bool(motif.pattern.regex.groupindex)
        if hasattr(motif, "url_patterns"):
            if motif.namespace != "admin":
                espace = f"{prefixe}{motif.namespace}:" if motif.namespace else prefixe
                yield from noms_avec_parametre(motif, espace, avec)
        elif avec:
            yield prefixe + (motif.name or str(motif.pattern))


def test_every_address_with_a_parameter_has_a_recipe():
    noms = set(noms_avec_parametre())
    assert noms - set(RECETTES) - set(SANS_FOYER) == set(), "à ajouter dans tests/portail/jumelles.py"
    assert (set(RECETTES) | set(SANS_FOYER)) - noms == set(), "ces adresses n’existent plus"


@pytest.fixture
def foyers(commune):
    commune_offre = offre()
    moi, jumelle = foyer("moi", commune_offre), foyer("jumelle", commune_offre)
    CLIENT.cookies.clear()
    CLIENT.force_login(moi.login)
    return moi, jumelle


def substitutions(recette, moi, jumelle):
    """The path with the twin's keys: all of them, then each one alone among one's own."""
    siennes, miennes = dict(recette.cles(jumelle)), dict(recette.cles(moi))
    differentes = [nom for nom in siennes if siennes[nom] != miennes[nom]]
    vues = []
    for nombre in range(1, len(differentes) + 1):
        for choisies in itertools.combinations(differentes, nombre):
            vues.append(miennes | {nom: siennes[nom] for nom in choisies})
    return vues


def inventees(cles, moi):
    """The same path, with keys that name nothing."""
    return {
        nom: uuid.uuid4() if isinstance(valeur, uuid.UUID) else f"{moi.offre.regie.cle}.{uuid.uuid4()}"
        for nom, valeur in cles.items()
    }


def demander(nom, methode, cles, donnees):
    adresse = reverse(nom, kwargs=cles)
    reponse = getattr(CLIENT, methode)(adresse, donnees) if methode == "post" else getattr(CLIENT, methode)(adresse)
    contenu = b"".join(reponse.streaming_content) if reponse.streaming else reponse.content
    return reponse, contenu.decode(errors="replace")


#: Its key is a digest of a session: another's names nothing, and the page comes back as it is.
PAREIL_QU_UNE_AUTRE = {"compte_session_fermer"}


@pytest.mark.parametrize("nom", sorted(set(RECETTES) - PAREIL_QU_UNE_AUTRE))
def test_the_twins_keys_in_the_path_answer_like_keys_that_name_nothing(nom, foyers):
    moi, jumelle = foyers
    recette = RECETTES[nom]
    donnees = recette.donnees(jumelle) if recette.donnees else {}
    avant, ecarts = empreinte(), []
    for methode in METHODES:
        for cles in substitutions(recette, moi, jumelle):
            reponse, texte = demander(nom, methode, cles, donnees)
            vide, texte_vide = demander(nom, methode, inventees(cles, moi), donnees)
            if reponse.status_code not in {404, 405}:
                ecarts.append(f"{methode} {cles} : {reponse.status_code}")
            if (reponse.status_code, CHANGEANT.sub("", texte)) != (vide.status_code, CHANGEANT.sub("", texte_vide)):
                ecarts.append(f"{methode} {cles} : autre réponse que pour un objet qui n’existe pas")
            if jumelle.canari in texte + str(reponse.headers):
                ecarts.append(f"{methode} {cles} : on lit l’autre foyer")
    assert ecarts == []
    assert empreinte() == avant


@pytest.mark.parametrize("nom", sorted(RECETTES))
def test_each_recipe_works_for_its_owner(nom, foyers):
    """Negative control: the same request with one's own keys is answered, so the refusals above are the twin's."""
    moi, _ = foyers
    recette = RECETTES[nom]
    methode = "post" if recette.donnees else "get"
    reponse, _ = demander(nom, methode, dict(recette.cles(moi)), recette.donnees(moi) if recette.donnees else {})
    # The file of the document was never written.
    assert reponse.status_code in ({404} if nom == "documents:fichier" else {200, 302, 303, 422})


@pytest.mark.parametrize(("nom", "champ", "valeur", "effet"), CORPS)
def test_the_twins_keys_in_the_body_have_no_effect(nom, champ, valeur, effet, foyers):
    moi, jumelle = foyers
    recette = RECETTES[nom]
    avant = lignes()
    reponse = CLIENT.post(
        reverse(nom, kwargs=dict(recette.cles(moi))), dict(recette.donnees(moi)) | {champ: valeur(jumelle)}
    )
    changees = lignes() ^ avant
    assert reponse.status_code in {200, 302, 303, 404, 422}
    assert jumelle.canari not in reponse.content.decode() + str(reponse.headers)
    assert [ligne for ligne in changees if appartient(*ligne, jumelle)] == []
    if effet == "rien":
        assert changees == set()
    for page in ("espace", "reservations:liste", "facturation:liste", "facturation:payer", "documents:liste"):
        assert jumelle.canari not in CLIENT.get(reverse(page)).content.decode()


def test_the_sending_key_of_the_twins_request_is_not_mine(foyers):
    """The key of a form is told apart by reservation: the twin's neither returns its request nor takes mine away."""
    moi, jumelle = foyers
    adresse = reverse("reservations:envoyer", kwargs={"cle": moi.reservation.cle})
    donnees = dict(RECETTES["reservations:envoyer"].donnees(moi)) | {"cle": jumelle.cle_demande}
    reponse = CLIENT.post(adresse, donnees)
    envoyee = moi.reservation.demandes.order_by("-rang").first()
    assert envoyee.rang == 2
    assert reponse["Location"] == reverse("reservations:demande", kwargs={"cle": envoyee.cle})


def test_the_twins_ticks_are_untouched_by_codes_of_days_of_another_period(foyers):
    moi, jumelle = foyers
    adresse = reverse("reservations:enregistrer_planning", kwargs={"cle": moi.reservation.cle})
    CLIENT.post(adresse, {"jours": moi.offre.codes_ailleurs, "depart": ""})
    assert {un.reservation_id for un in ChoixBrouillon.objects.all()} == {moi.reservation.pk, jumelle.reservation.pk}
    assert ChoixBrouillon.objects.count() == 2


def test_the_test_turns_red_when_a_door_is_left_open(foyers, monkeypatch):
    """Negative control: with a door that forgets the household, the twin's page is answered, and its marker read."""
    _, jumelle = foyers
    monkeypatch.setattr("reservations.acces.reservations", lambda utilisateur: Reservation.objects.all())
    reponse, texte = demander("reservations:detail", "get", {"cle": jumelle.reservation.cle}, {})
    assert reponse.status_code == 200
    assert jumelle.canari in texte
    avant = empreinte()
    monkeypatch.setattr(Reservation.objects.all().__class__, "visibles_par", lambda toutes, utilisateur: toutes)
    # The text of the query is kept: it is built again, without the door.
    monkeypatch.setattr("reservations.acces._groupe", acces._groupe.__wrapped__)
    demander("reservations:abandonner_brouillon", "post", {"cle": jumelle.reservation.cle}, {})
    assert empreinte() != avant
