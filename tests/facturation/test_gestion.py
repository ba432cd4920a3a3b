"""The régisseur's screens: a run from its preparation to its issue, payments, and what the others may not do."""

import pytest
from django.urls import reverse

from facturation.enums import EtatCampagne, EtatPaiement, EtatTentative
from facturation.models import Campagne, Facture, Paiement, Tarif
from portail.roles import synchroniser
from tests.fabriques import membre_du_personnel
from tests.facturation import scenes

pytestmark = pytest.mark.usefixtures("commune")


@pytest.fixture
def roles(db):
    synchroniser()


@pytest.fixture
def caisse(client, roles):
    client.force_login(membre_du_personnel("regisseur"))
    return client


@pytest.fixture
def comptable(client, roles):
    client.force_login(membre_du_personnel("comptable"))
    return client


def texte(reponse):
    return reponse.content.decode().replace("\xa0", " ")


def adresse(nom, *args):
    return reverse(f"admin:facturation_{nom}", args=args)


@pytest.fixture
def brouillon(famille, baptiste, matin, regie, regisseur):
    scenes.presences(famille, baptiste, matin)
    return scenes.campagne(regie, regisseur)


@pytest.fixture
def paiement(facture, parent):
    scenes.notifier(scenes.tentative([facture], parent))
    return Paiement.objects.get()


def test_a_run_is_prepared_previewed_and_issued(caisse, famille, baptiste, matin, regie):
    scenes.presences(famille, baptiste, matin)
    donnees = {"regie": regie.pk, "libelle": "Janvier", "du": "2018-01-01", "au": "2018-01-31"}
    html = texte(caisse.post(adresse("campagne_add"), donnees, follow=True))
    assert "Factures provisoires" in html
    assert "5,25 €" in html
    campagne = Campagne.objects.get()
    html = texte(
        caisse.post(
            adresse("campagne_emettre", campagne.pk),
            {"date_emission": "2018-01-26", "date_limite_paiement": "2018-02-28"},
            follow=True,
        )
    )
    campagne.refresh_from_db()
    assert "émission est lancée" in html
    assert campagne.etat in {EtatCampagne.EMISSION, EtatCampagne.EMISE}


@pytest.mark.parametrize(
    ("donnees", "phrase"),
    [
        ({"du": "2018-02-01", "au": "2018-01-01"}, "La fin précède le début."),
        ({"du": "", "au": "2018-01-01"}, "Ce champ est obligatoire."),
        ({"du": "n'importe", "au": "2018-01-01"}, "Saisissez une date valide."),
    ],
)
def test_a_bad_range_is_told_beside_its_field(donnees, phrase, caisse, regie):
    reponse = caisse.post(adresse("campagne_add"), {"regie": regie.pk, "libelle": "x"} | donnees)
    assert phrase in texte(reponse)
    assert not Campagne.objects.exists()


def test_a_draft_is_made_again_or_thrown_away(caisse, brouillon):
    assert "recalculé" in texte(caisse.post(adresse("campagne_recalculer", brouillon.pk), follow=True))
    assert "supprimé" in texte(caisse.post(adresse("campagne_supprimer", brouillon.pk), follow=True))
    assert not Campagne.objects.exists()


def test_a_refusal_of_the_rules_is_a_sentence(caisse, facture):
    html = texte(caisse.post(adresse("campagne_supprimer", facture.campagne_id), follow=True))
    assert "déjà émise" in html
    html = texte(caisse.post(adresse("campagne_reprendre", facture.campagne_id), follow=True))
    assert "n’est pas en cours d’émission" in html


def test_an_issue_under_way_shows_its_progress_and_how_to_resume(caisse, brouillon, regisseur):
    Campagne.objects.filter(pk=brouillon.pk).update(
        etat=EtatCampagne.EMISSION, date_emission=scenes.EMISSION, date_limite_paiement=scenes.LIMITE
    )
    reponse = caisse.get(adresse("campagne_change", brouillon.pk))
    assert "0 facture émise sur 1" in texte(reponse)
    assert "Reprendre l’émission" in texte(reponse)
    assert reponse["Refresh"] == "4"


def test_each_draft_is_viewable_and_an_invoice_is_never_editable(caisse, brouillon):
    facture = brouillon.factures.get()
    html = texte(caisse.get(adresse("facture_change", facture.pk)))
    assert "15/01 16/01 17/01" in html
    assert 'name="montant"' not in html
    assert caisse.post(adresse("facture_change", facture.pk), {"montant": "1"}).status_code == 403
    assert caisse.post(adresse("facture_delete", facture.pk), {"post": "yes"}).status_code == 403


def test_the_regisseur_validates_then_cancels(caisse, paiement):
    html = texte(caisse.post(adresse("paiement_valider", paiement.pk), follow=True))
    assert "quittance n° 00001" in html
    html = texte(caisse.post(adresse("paiement_annuler", paiement.pk), {"motif": ""}, follow=True))
    assert "Une annulation se motive." in html
    html = texte(caisse.post(adresse("paiement_annuler", paiement.pk), {"motif": "Rejet"}, follow=True))
    assert "Paiement annulé" in html
    paiement.refresh_from_db()
    assert paiement.etat == EtatPaiement.ANNULE


def test_ticked_payments_are_validated_together(caisse, paiement):
    reponse = caisse.post(
        adresse("paiement_changelist"),
        {"action": "valider_la_selection", "_selected_action": [paiement.pk]},
        follow=True,
    )
    assert "1 paiement validé" in texte(reponse)
    paiement.refresh_from_db()
    assert paiement.numero == 1


def test_a_cheque_is_entered_once_even_if_sent_twice(caisse, facture, regie, famille):
    page = caisse.get(adresse("paiement_saisir"))
    donnees = {
        "envoi": str(page.context["form"]["envoi"].value()),
        "regie": regie.pk,
        "famille": famille.code.lower(),
        "montant": "5,25",
        "mode": "cheque",
        "reference": "0012345",
        "recu_le": "2018-02-06",
        "encaisse": "on",
    }
    caisse.post(adresse("paiement_saisir"), donnees)
    assert "déjà enregistré" in texte(caisse.post(adresse("paiement_saisir"), donnees, follow=True))
    assert Paiement.objects.count() == 1
    facture.refresh_from_db()
    assert facture.reste_a_payer == 0


@pytest.mark.parametrize(
    ("champ", "valeur", "phrase"),
    [
        ("famille", "F99999", "Aucune famille ne porte ce code."),
        ("montant", "0", "supérieure ou égale à 0"),
        ("montant", "abc", "Saisissez un nombre."),
        ("recu_le", "2999-01-01", "Cette date est dans le futur."),
    ],
)
def test_a_mistyped_payment_is_told_beside_its_field(champ, valeur, phrase, caisse, facture, regie, famille):
    donnees = {
        "envoi": "2b1a8f4e-93a5-4a57-9d6c-0d5f3a0d1c11",
        "regie": regie.pk,
        "famille": famille.code,
        "montant": "5,25",
        "mode": "cheque",
        "recu_le": "2018-02-06",
    }
    assert phrase in texte(caisse.post(adresse("paiement_saisir"), donnees | {champ: valeur}))
    assert not Paiement.objects.exists()


def test_an_unclear_attempt_is_settled_by_the_regisseur(caisse, facture, parent):
    tentative = scenes.tentative([facture], parent)
    scenes.notifier(tentative, resultrans="W")
    html = texte(caisse.get(adresse("tentativepaiement_change", tentative.pk)))
    assert tentative.jeton not in html
    assert "Trancher" in html
    caisse.post(adresse("tentative_payee", tentative.pk))
    tentative.refresh_from_db()
    assert tentative.etat == EtatTentative.PAYEE


@pytest.mark.parametrize(
    "liste", ["facture", "paiement", "campagne", "tentativepaiement", "notificationrecue", "tarif", "regie"]
)
def test_lists_open_for_the_regisseur(liste, caisse, paiement):
    assert caisse.get(adresse(f"{liste}_changelist")).status_code == 200


@pytest.mark.parametrize("liste", ["facture", "paiement", "campagne", "tarif", "regie"])
def test_the_accountant_reads(liste, comptable, paiement):
    assert comptable.get(adresse(f"{liste}_changelist")).status_code == 200


def test_the_accountant_changes_nothing(comptable, paiement, facture):
    for nom, objet in (
        ("paiement_valider", paiement.pk),
        ("paiement_annuler", paiement.pk),
        ("campagne_recalculer", facture.campagne_id),
        ("tentative_payee", paiement.tentative_id),
    ):
        assert comptable.post(adresse(nom, objet)).status_code == 403
    assert comptable.get(adresse("campagne_add")).status_code == 403
    assert comptable.get(adresse("paiement_saisir")).status_code == 403
    assert "Valider" not in texte(comptable.get(adresse("paiement_change", paiement.pk)))
    assert Facture.objects.get().montant_regle == 0


def test_a_tariff_that_billed_days_keeps_its_price(caisse, facture):
    tarif = Tarif.objects.get()
    donnees = {
        "prestation": tarif.prestation_id,
        "du": "2017-09-01",
        "au": "2018-01-31",
        "montant": "9.99",
        "tranches-TOTAL_FORMS": 0,
        "tranches-INITIAL_FORMS": 0,
    }
    caisse.post(adresse("tarif_change", tarif.pk), donnees)
    tarif.refresh_from_db()
    assert str(tarif.montant) == "1.75"
    assert str(tarif.au) == "2018-01-31"
    reponse = caisse.post(adresse("tarif_change", tarif.pk), donnees | {"au": "2018-01-16"})
    assert "Des jours sont facturés à ce tarif jusqu’au 17/01/2018." in texte(reponse)


def test_the_preview_costs_the_same_for_ten_households(caisse, matin, regie, regisseur, django_assert_max_num_queries):
    for _ in range(10):
        scenes.foyer(matin)
    campagne = scenes.campagne(regie, regisseur)
    with django_assert_max_num_queries(20):
        caisse.get(adresse("campagne_change", campagne.pk))
