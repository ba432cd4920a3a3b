"""The parents' pages: what they say, to whom, and at what cost."""

from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from facturation.actions import paiement as paiements
from facturation.enums import EtatFacture, EtatTentative
from facturation.models import Facture, NotificationRecue, Paiement, TentativePaiement
from tests.fabriques import FabriqueEnfant
from tests.facturation import scenes

LISTE, PAYER = "/factures/", "/factures/payer/"


@pytest.fixture
def connecte(client, parent, commune):
    client.force_login(parent)
    return client


def texte(reponse):
    return reponse.content.decode().replace("\xa0", " ").replace("&nbsp;", " ").replace("\u200b", "")


def adresse_de_paiement(facture):
    return reverse("facturation:lancer", args=[f"{facture.regie.cle}.{facture.famille.cle}"])


def envoyer(client, facture, *factures, courriel="claire@exemple.fr", **champs):
    return client.post(
        adresse_de_paiement(facture), {"factures": [str(f.cle) for f in factures], "courriel": courriel} | champs
    )


def test_the_account_shows_the_tutorial_s_figures(connecte, facture, parent, regisseur):
    html = texte(connecte.get(LISTE))
    assert "REGIE PERISCOLAIRE/ALSH/ESPACE JEUNES" in html
    assert "1 facture" in html
    assert "Facture n° 00727" in html
    assert "26/01/2018" in html
    assert "Facture non soldée" in html
    scenes.notifier(scenes.tentative([facture], parent))
    html = texte(connecte.get(LISTE))
    assert "En cours de validation" in html
    assert "Facture en attente de validation du paiement" in html
    assert "Paiement" in html
    assert "par TIPI" in html
    assert "Payer mes factures" not in html


def test_movements_are_mixed_newest_first(connecte, facture, parent):
    scenes.notifier(scenes.tentative([facture], parent))
    page = connecte.get(LISTE).context["page"]
    assert [bool(m.facture) for m in page] == [False, True]


def test_a_household_without_an_invoice_is_told_what_comes(connecte):
    assert "Vous n’avez pas encore de facture" in texte(connecte.get(LISTE))
    assert "aucune facture à payer" in texte(connecte.get(PAYER))


def test_drafts_are_not_shown(connecte, famille, baptiste, matin, regie, regisseur):
    scenes.presences(famille, baptiste, matin)
    brouillon = scenes.campagne(regie, regisseur).factures.get()
    assert "provisoire" not in texte(connecte.get(LISTE))
    assert connecte.get(reverse("facturation:detail", args=[brouillon.cle])).status_code == 404


def test_the_detail_is_the_tutorial_s(connecte, facture):
    html = texte(connecte.get(reverse("facturation:detail", args=[facture.cle])))
    assert "AABELIUM BAPTISTE" in html
    assert "ACCUEIL PERISCOLAIRE / PERISCOLAIRE / PERISCOLAIRE 2017-2018" in html
    assert "Périscolaire Matin Ecole Alain BOUTLE : 15/01 16/01 17/01" in html
    assert "1,75 €" in html
    assert "du 04/09/2017 au 06/07/2018" in html


@pytest.mark.parametrize("nom", ["detail", "pdf"])
def test_a_stranger_s_invoice_answers_like_none(nom, client, facture, etranger, commune):
    client.force_login(etranger)
    assert client.get(reverse(f"facturation:{nom}", args=[facture.cle])).status_code == 404


@pytest.mark.parametrize("adresse", [LISTE, PAYER])
def test_the_pages_want_a_login(adresse, client, commune):
    assert client.get(adresse).status_code == 302


@pytest.mark.parametrize(("adresse", "maximum"), [(LISTE, 18), (PAYER, 16)])
def test_lists_cost_as_much_for_twelve_invoices_as_for_one(
    adresse, maximum, connecte, facture, famille, matin, regisseur, django_assert_max_num_queries
):
    connecte.get(adresse)
    for _ in range(11):
        scenes.facture_emise(famille, matin, regisseur, FabriqueEnfant(famille=famille))
    with django_assert_max_num_queries(maximum):
        reponse = connecte.get(f"{adresse}?par_page=50")
    assert texte(reponse).count("007") >= 12


def test_a_page_beyond_the_last_shows_the_last(connecte, facture):
    for page in ("99", "zéro", "-1"):
        assert "00727" in texte(connecte.get(f"{LISTE}?page={page}&par_page=x&compte=inconnu"))


def test_paying_commits_the_attempt_then_leaves_for_the_payment_page(connecte, facture, settings):
    reponse = envoyer(connecte, facture, facture)
    assert reponse.status_code == 303
    parties = urlsplit(reponse["Location"])
    assert reponse["Location"].startswith(settings.TIPI_URL_PAIEMENT + "?")
    demande = {nom: valeurs[0] for nom, valeurs in parse_qs(parties.query).items()}
    tentative = TentativePaiement.objects.get()
    assert demande == {
        "numcli": "012345",
        "exer": tentative.exercice,
        "refdet": tentative.refdet,
        "objet": tentative.objet,
        "montant": "525",
        "mel": "claire@exemple.fr",
        "urlcl": f"{settings.SITE_URL}/paiement/tipi/notification/{tentative.jeton}/",
        "saisie": "T",
    }
    assert tentative.etat == EtatTentative.REDIRIGEE


def test_the_amount_of_the_browser_is_not_read(connecte, facture):
    envoyer(connecte, facture, facture, montant="0.01")
    assert TentativePaiement.objects.get().montant == Decimal("5.25")


def test_no_box_ticked_is_told_and_what_was_typed_is_kept(connecte, facture):
    reponse = envoyer(connecte, facture, courriel="autre@exemple.fr")
    assert reponse.status_code == 422
    assert "Cochez au moins une facture" in texte(reponse)
    assert 'value="autre@exemple.fr"' in texte(reponse)
    assert not TentativePaiement.objects.exists()


@pytest.mark.parametrize("courriel", ["", "pas-une-adresse", "é@exemple.fr", "x" * 90 + "@exemple.fr"])
def test_the_address_is_checked_before_leaving(courriel, connecte, facture):
    reponse = envoyer(connecte, facture, facture, courriel=courriel)
    assert reponse.status_code == 422
    assert "Adresse électronique" in texte(reponse)
    assert not TentativePaiement.objects.exists()


@pytest.mark.parametrize("cle", ["", "x", "00000000-0000-4000-8000-000000000000"])
def test_an_invented_invoice_is_refused_in_a_sentence(cle, connecte, facture):
    reponse = connecte.post(adresse_de_paiement(facture), {"factures": [cle], "courriel": "a@exemple.fr"})
    assert reponse.status_code == 422
    assert "Une des factures cochées" in texte(reponse)


def test_a_stranger_does_not_pay_nor_see_the_account(client, facture, etranger, commune):
    client.force_login(etranger)
    assert envoyer(client, facture, facture).status_code == 404


def test_an_invoice_under_way_has_no_box_and_says_why(connecte, facture, parent):
    tentative = scenes.tentative([facture], parent)
    html = texte(connecte.get(PAYER))
    assert "Un paiement en ligne est en cours" in html
    assert f'value="{facture.cle}"' not in html
    assert reverse("paiement:reprendre", args=[tentative.cle]) in html
    scenes.notifier(tentative)
    assert "Un paiement est en attente de validation" in texte(connecte.get(PAYER))


def test_an_invoice_at_the_tresor_has_no_box_and_says_why(connecte, facture):
    Facture.objects.filter(pk=facture.pk).update(etat=EtatFacture.TRANSMISE)
    html = texte(connecte.get(PAYER))
    assert "géré par le Trésor public" in html
    assert f'value="{facture.cle}"' not in html


def test_going_back_to_a_payment_under_way(connecte, facture, parent):
    tentative = scenes.tentative([facture], parent)
    reponse = connecte.post(reverse("paiement:reprendre", args=[tentative.cle]))
    assert reponse.status_code == 303
    assert tentative.refdet in reponse["Location"]
    assert TentativePaiement.objects.count() == 1


def test_giving_up_then_paying_again(connecte, facture, parent):
    tentative = scenes.tentative([facture], parent)
    abandon = reverse("paiement:abandonner", args=[tentative.cle])
    assert "de nouveau être réglées" in texte(connecte.post(abandon, follow=True))
    assert "Ce paiement est déjà terminé" in texte(connecte.post(abandon, follow=True))
    assert envoyer(connecte, facture, facture).status_code == 303


@pytest.mark.parametrize("nom", ["reprendre", "abandonner"])
def test_a_stranger_s_attempt_answers_like_none(nom, client, facture, parent, etranger, commune):
    tentative = scenes.tentative([facture], parent)
    client.force_login(etranger)
    assert client.post(reverse(f"paiement:{nom}", args=[tentative.cle])).status_code == 404
    assert client.get(reverse(f"paiement:{nom}", args=[tentative.cle])).status_code == 405


def test_the_notification_s_address_answers_the_same_to_everyone(client, facture, parent):
    tentative = scenes.tentative([facture], parent)
    adresse = reverse("paiement:tipi_notification", args=[tentative.jeton])
    reponses = [
        client.post(adresse, scenes.reponse(tentative), content_type="application/x-www-form-urlencoded"),
        client.post(adresse, scenes.reponse(tentative), content_type="application/x-www-form-urlencoded"),
        client.post(adresse, b"\xff\x00" * 5000, content_type="application/octet-stream"),
        client.post(adresse.replace(tentative.jeton, "inconnu"), "x=1", content_type="text/plain"),
    ]
    assert {(r.status_code, r.content) for r in reponses} == {(200, b"OK")}
    assert Paiement.objects.count() == 1
    assert NotificationRecue.objects.count() == 4
    assert client.get(adresse).status_code == 405


def test_the_notification_needs_no_csrf_token(facture, parent):
    from django.test import Client

    tentative = scenes.tentative([facture], parent)
    strict = Client(enforce_csrf_checks=True)
    adresse = reverse("paiement:tipi_notification", args=[tentative.jeton])
    strict.post(adresse, scenes.reponse(tentative), content_type="application/x-www-form-urlencoded")
    assert Paiement.objects.count() == 1


def test_a_settled_invoice_says_so(connecte, facture, parent, regisseur):
    scenes.notifier(scenes.tentative([facture], parent))
    paiements.valider(paiement=Paiement.objects.get(), auteur=regisseur, maintenant=scenes.PAYEE_LE)
    html = texte(connecte.get(reverse("facturation:detail", args=[facture.cle])))
    assert "Facture soldée" in html
    assert "Paiement n° 00001" in html
    assert "Payer cette facture" not in html
