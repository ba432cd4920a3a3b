"""What the payer does, and the notification that follows."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest

from simulateur.regles import CARTES_REFUSEES
from tests.simulateur.conftest import JETON


def ticket(simulateur, reponse):
    """Follows the redirection of an ended payment; returns the ticket's text."""
    statut, entetes, _ = reponse
    assert statut == 303
    statut, _, texte = simulateur.lire(entetes["Location"])
    assert statut == 200
    return unescape(texte)


def test_a_paid_card_is_notified_with_exactly_the_eleven_fields(simulateur, recepteur, demande, carte):
    page = simulateur.ouvrir(**demande)
    assert "Votre paiement a été accepté" in ticket(simulateur, simulateur.poster(page + "/carte", **carte))
    (recu,) = recepteur.attendre(1)
    renvoyes = {nom: demande[nom] for nom in ("numcli", "exer", "refdet", "objet", "montant", "mel", "saisie")}
    assert {nom: recu.pop(nom) for nom in renvoyes} == renvoyes
    assert recu.pop("resultrans") == "P"
    numauto = recu.pop("numauto")
    assert (len(numauto), numauto.strip("0123456789abcdef")) == (6, "")
    paris = ZoneInfo("Europe/Paris")
    le = datetime.strptime(recu.pop("dattrans") + recu.pop("heurtrans"), "%d%m%Y%H%M").replace(tzinfo=paris)
    assert timedelta(0) <= datetime.now(paris) - le < timedelta(minutes=2)
    assert recu == {}


def test_the_notification_is_a_form_posted_to_the_very_address(simulateur, recepteur, demande, carte):
    demande["urlcl"] += "?regie=1"
    simulateur.poster(simulateur.ouvrir(**demande) + "/carte", **carte)
    recepteur.attendre(1)
    chemin, genre, _ = recepteur.recues[0]
    assert chemin == f"/paiement/tipi/notification/{JETON}/?regie=1"
    assert genre == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(("numero", "motif"), CARTES_REFUSEES.items())
def test_a_documented_card_is_refused_with_its_reason(simulateur, recepteur, demande, carte, numero, motif):
    page = simulateur.ouvrir(**demande)
    texte = ticket(simulateur, simulateur.poster(page + "/carte", **{**carte, "numero": numero}))
    assert "Votre paiement a été refusé" in texte
    assert motif in texte
    (recu,) = recepteur.attendre(1)
    assert (recu["resultrans"], recu["numauto"]) == ("R", "")


@pytest.mark.parametrize(
    ("compte", "resultrans", "titre"),
    [
        ("approvisionne", "V", "Votre prélèvement a été enregistré"),
        ("rejete", "Z", "Votre prélèvement a été refusé"),
    ],
)
def test_a_direct_debit_is_accepted_or_refused(simulateur, recepteur, demande, compte, resultrans, titre):
    page = simulateur.ouvrir(**demande)
    assert titre in ticket(simulateur, simulateur.poster(page + "/prelevement", compte=compte))
    (recu,) = recepteur.attendre(1)
    assert (recu["resultrans"], recu["numauto"]) == (resultrans, "")


def test_a_direct_debit_without_account_is_asked_again(simulateur, recepteur, demande):
    page = simulateur.ouvrir(**demande)
    statut, _, texte = simulateur.poster(page + "/prelevement", compte="inconnu")
    assert (statut, "Choisissez le compte" in texte, recepteur.recues) == (422, True, [])


def test_an_abandon_is_notified(simulateur, recepteur, demande):
    page = simulateur.ouvrir(**demande)
    assert "Vous avez abandonné le paiement" in ticket(simulateur, simulateur.poster(page + "/abandon"))
    (recu,) = recepteur.attendre(1)
    assert (recu["resultrans"], recu["numauto"]) == ("A", "")


def test_nothing_is_notified_while_the_page_is_only_looked_at(simulateur, recepteur, demande):
    page = simulateur.ouvrir(**demande)
    for suite in ("", "/carte", "/prelevement", "/ticket"):
        assert simulateur.lire(page + suite)[0] in (200, 303)
    assert simulateur.lire(page + "/abandon")[0] == 404
    assert recepteur.recues == []


def test_typing_faults_stay_in_the_form_and_keep_the_date(simulateur, recepteur, demande):
    page = simulateur.ouvrir(**demande)
    saisie = {"numero": "4970 1000 0000 0007", "mois": "03", "annee": "2020", "cryptogramme": "98"}
    statut, _, texte = simulateur.poster(page + "/carte", **saisie)
    assert statut == 422
    for champ in ("numero", "mois", "cryptogramme"):
        assert f'id="{champ}-erreur"' in texte
        assert f'href="#{champ}"' in texte
    assert 'aria-describedby="numero-aide numero-erreur" aria-invalid="true"' in texte
    assert '<option value="03" selected>' in texte
    assert recepteur.recues == []


def test_the_typed_number_never_comes_back_nor_is_logged(lancer, demande, carte):
    simulateur = lancer()
    page = simulateur.ouvrir(**demande)
    pages = [simulateur.poster(page + "/carte", **{**carte, "cryptogramme": "9"})[2]]
    pages.append(ticket(simulateur, simulateur.poster(page + "/carte", **carte)))
    pages += [simulateur.lire("/simulateur/")[2], simulateur.lire("/simulateur/operations")[2]]
    _, journal = simulateur.arreter()
    assert "0006</strong>" in pages[0]
    assert "se terminant par 0006" in pages[1]
    # The help under the form shows the published test number on purpose: only the field counts there.
    assert 'name="numero" value=""' in pages[0]
    for texte in [*pages[1:], journal]:
        assert "497010" not in texte.replace(" ", "")
    assert demande["mel"] not in journal


def test_twenty_submissions_at_once_notify_once(simulateur, recepteur, demande, carte):
    page = simulateur.ouvrir(**demande)
    with ThreadPoolExecutor(20) as fils:
        reponses = list(fils.map(lambda _: simulateur.poster(page + "/carte", **carte)[0], range(20)))
    assert reponses == [303] * 20
    (operation,) = [o for o in simulateur.operations() if f"/{o['cle']}" in page]
    assert len(operation["envois"]) == len(recepteur.recues) == 1


def test_the_first_outcome_stays_whatever_comes_next(simulateur, recepteur, demande, carte):
    page = simulateur.ouvrir(**demande)
    simulateur.poster(page + "/carte", **carte)
    for reponse in (
        simulateur.poster(page + "/abandon"),
        simulateur.poster(page + "/prelevement", compte="rejete"),
        simulateur.poster(page + "/carte"),
        simulateur.lire(page),
        simulateur.lire(page + "/carte"),
    ):
        assert "Votre paiement a été accepté" in ticket(simulateur, reponse)
    assert len(recepteur.recues) == 1


def test_the_ticket_is_the_same_after_a_reload(simulateur, demande, carte):
    page = simulateur.ouvrir(**demande)
    premier = ticket(simulateur, simulateur.poster(page + "/carte", **carte))
    assert simulateur.lire(page + "/ticket")[2] == simulateur.lire(page + "/ticket")[2]
    assert unescape(simulateur.lire(page + "/ticket")[2]) == premier


def test_the_ticket_leads_back_to_the_creditor(simulateur, recepteur, demande, carte):
    texte = ticket(simulateur, simulateur.poster(simulateur.ouvrir(**demande) + "/carte", **carte))
    assert f'href="{recepteur.origine}/"' in texte
    assert JETON not in texte


@pytest.mark.parametrize("statut", [404, 500, 503])
def test_the_outcome_does_not_depend_on_the_answer(simulateur, recepteur, demande, carte, statut):
    recepteur.statut = statut
    texte = ticket(simulateur, simulateur.poster(simulateur.ouvrir(**demande) + "/carte", **carte))
    assert "Votre paiement a été accepté" in texte
    assert len(recepteur.recues) == 1
    assert simulateur.operations()[0]["envois"][0]["reponse"] == str(statut)


def test_a_redirection_is_not_followed(simulateur, recepteur, demande, carte):
    recepteur.statut, recepteur.entetes = 307, {"Location": recepteur.origine + "/ailleurs"}
    simulateur.poster(simulateur.ouvrir(**demande) + "/carte", **carte)
    assert [chemin for chemin, _, _ in recepteur.recues] == [f"/paiement/tipi/notification/{JETON}/"]


def test_nobody_listening_does_not_trouble_the_payer(simulateur, recepteur, demande, carte):
    recepteur.fermer()
    page = simulateur.ouvrir(**demande)
    recepteur.__init__()
    assert "accepté" in ticket(simulateur, simulateur.poster(page + "/carte", **carte))
    assert simulateur.operations()[0]["envois"][0]["reponse"] == "sans réponse (ConnectionRefusedError)"


@pytest.mark.parametrize(
    ("corps", "entetes"),
    [
        (b"\xff\xfe=\x00&numero=%ff%fe", {}),
        (b"&".join(b"a%d=1" % n for n in range(300)), {}),
        (b"numero=" + b"1" * 60_000, {}),
        (b"", {}),
    ],
)
def test_a_nonsensical_form_is_answered_by_the_form(simulateur, recepteur, demande, corps, entetes):
    page = simulateur.ouvrir(**demande)
    assert simulateur.demander("POST", page + "/carte", corps, **entetes)[0] == 422
    assert recepteur.recues == []


def test_too_long_a_form_is_refused(simulateur, demande):
    page = simulateur.ouvrir(**demande)
    assert simulateur.demander("POST", page + "/carte", b"", Content_Length="70000")[0] == 413
    assert simulateur.demander("POST", page + "/carte", b"", Content_Length="-1")[0] == 400
