"""Closures: previewed, done under lock, told to the families and to the régisseur; and days that open again."""

import datetime
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from portail.commun.models import Courriel, Trace
from portail.roles import synchroniser
from reservations import actions
from reservations.erreurs import FermetureChangee
from reservations.fermetures import FactureDuJour, apercu_de_fermeture
from reservations.models import Creneau, Fermeture, JourAnnule, Presence
from tests.fabriques import FabriquePrestation, instant, membre_du_personnel
from tests.reservations.conftest import MERCREDI
from tests.reservations.gestes import cocher, envoyer, etats, places, places_coherentes

JEUDI = instant(2018, 1, 11, 9)


@pytest.fixture
def agent(commune):
    synchroniser()
    return membre_du_personnel("agent")


@pytest.fixture
def reservee(reservation, parent):
    """15, 16 and 17 accepted; 18 asked."""
    type(reservation.periode).objects.update(acceptation="automatique")
    envoyer(reservation, parent, 15, 16, 17)
    type(reservation.periode).objects.update(acceptation="manuelle")
    envoyer(reservation, parent, 18)
    Courriel.objects.all().delete()
    return reservation


def greve(du=16, au=None, **cible):
    return Fermeture(du=date(2018, 1, du), au=date(2018, 1, au or du), motif="Grève du personnel", **cible)


def fermer(agent, fermeture, **champs):
    return actions.fermer(fermeture=fermeture, auteur=agent, maintenant=JEUDI, **champs)


def rouvrir(agent, fermeture, du, au=None, *, rendre=True):
    return actions.rouvrir(
        fermeture=fermeture,
        du=date(2018, 1, du),
        au=date(2018, 1, au or du),
        rendre=rendre,
        auteur=agent,
        maintenant=JEUDI + datetime.timedelta(hours=2),
    )


def test_the_preview_counts_and_writes_nothing(reservee):
    apercu = apercu_de_fermeture(greve(16, 18))
    assert (apercu.creneaux, len(apercu.touchees), apercu.familles) == (3, 3, 1)
    assert [(un.jour.day, un.annulees) for un in apercu.jours] == [(16, 1), (17, 1), (18, 1)]
    assert not Creneau.objects.filter(ferme=True).exists()


def facturer_le_premier(monkeypatch):
    facture = FactureDuJour("00727", "REGIE", "")
    lire = "reservations.fermetures.factures_des_jours"
    monkeypatch.setattr(lire, lambda presences: dict.fromkeys(sorted(presences)[:1], facture))


def test_the_preview_lists_every_day_that_closes_booked_or_not(reservee, monkeypatch):
    facture = FactureDuJour("00727", "REGIE", "")
    monkeypatch.setattr(
        "reservations.fermetures.factures_des_jours", lambda ids: dict.fromkeys(sorted(ids)[:1], facture)
    )
    jours = apercu_de_fermeture(greve(18, 21)).jours
    assert [(un.jour.day, un.prestations, un.annulees, un.facturees) for un in jours] == [(18, 1, 1, 1), (19, 1, 0, 0)]


def test_closing_cancels_frees_tells_and_traces(reservee, agent, parent):
    fermer(agent, greve(16, 18, accueil=reservee.periode.accueil))
    assert etats(reservee) == {15: "acceptee", 16: "annulee", 17: "annulee", 18: "annulee"}
    assert places(reservee) == {15: 1}
    assert places_coherentes(reservee.periode)
    assert set(Presence.objects.filter(etat="annulee").values_list("motif", flat=True)) == {
        "Fermeture : Grève du personnel"
    }
    courriel = Courriel.objects.get()
    assert courriel.destinataire == parent.email
    assert "mardi 16\xa0janvier 2018, Matin\xa0: BAPTISTE" in courriel.texte
    assert "Grève du personnel" in courriel.texte
    assert Trace.objects.get(geste="fermeture.decidee").auteur == agent


def test_a_closed_day_takes_no_booking(reservee, agent, parent):
    fermer(agent, greve(19))
    demande = envoyer(reservee, parent, 19)
    assert demande.lignes.get().motifs == ["ferme"]


def test_closing_says_again_when_somebody_booked_meanwhile(reservee, agent, parent):
    empreinte = apercu_de_fermeture(greve(16, 19)).empreinte
    envoyer(reservee, parent, 19)
    with pytest.raises(FermetureChangee):
        fermer(agent, greve(16, 19), empreinte_verifiee=empreinte)
    assert not Fermeture.objects.exists()
    fermer(agent, greve(16, 19), empreinte_verifiee=apercu_de_fermeture(greve(16, 19)).empreinte)
    assert etats(reservee)[19] == "annulee"


def test_a_day_already_checked_stays_as_it_is(reservee, agent):
    Presence.objects.filter(creneau__jour="2018-01-16").update(etat="presente")
    apercu = fermer(agent, greve(16, 17))
    assert [une.creneau.jour.day for une in apercu.pointees] == [16]
    assert etats(reservee) == {15: "acceptee", 16: "presente", 17: "annulee", 18: "demandee"}


def test_only_the_prestation_that_closes_is_touched(reservee, agent):
    soir = FabriquePrestation(periode=reservee.periode, nom="Soir", nom_court="Soir")
    creneau = Creneau.objects.create(prestation=soir, jour=date(2018, 1, 16), capacite=5)
    fermer(agent, greve(16, prestation=soir))
    assert etats(reservee)[16] == "acceptee"
    creneau.refresh_from_db()
    assert creneau.ferme
    assert not Courriel.objects.exists()


def factures_du_test(presences):
    return {min(presences): FactureDuJour("00727", "REGIE", "regie@exemple.fr")}


def test_the_regie_is_told_of_days_already_billed(reservee, agent, settings):
    settings.FACTURES_DES_JOURS = "tests.reservations.test_fermetures.factures_du_test"
    fermer(agent, greve(15, 16))
    courriel = Courriel.objects.get(destinataire="regie@exemple.fr")
    assert courriel.sujet == "Fermeture\xa0: 1 jour déjà facturé"
    assert "Facture n° 00727" in courriel.texte
    assert "lundi 15\xa0janvier 2018" in courriel.texte


def test_opening_again_gives_the_bookings_back(reservee, agent):
    fermeture = greve(16, 18)
    fermer(agent, fermeture)
    Courriel.objects.all().delete()
    bilan = rouvrir(agent, fermeture, 17, 18)
    assert (bilan.jours, len(bilan.rendues), bilan.laissees) == (2, 2, [])
    assert etats(reservee) == {15: "acceptee", 16: "annulee", 17: "acceptee", 18: "demandee"}
    assert places_coherentes(reservee.periode)
    assert list(Creneau.objects.filter(ferme=True).values_list("jour__day", flat=True)) == [16]
    assert "Jours de nouveau réservés" in Courriel.objects.get().texte
    fermeture.refresh_from_db()
    assert fermeture.jours_rouverts == [date(2018, 1, 17), date(2018, 1, 18)]


def test_a_booking_is_not_given_back_without_a_place(reservee, agent):
    fermeture = greve(16)
    fermer(agent, fermeture)
    Creneau.objects.filter(jour="2018-01-16").update(capacite=0)
    bilan = rouvrir(agent, fermeture, 16)
    assert (len(bilan.rendues), len(bilan.laissees)) == (0, 1)
    assert etats(reservee)[16] == "annulee"
    assert "Jours à redemander si besoin" in Courriel.objects.order_by("pk").last().texte


def test_what_the_family_changed_since_is_left(reservee, agent, parent):
    fermeture = greve(17)
    fermer(agent, fermeture)
    Presence.objects.filter(creneau__jour="2018-01-17").update(modifiee_le=JEUDI + datetime.timedelta(hours=1))
    assert len(rouvrir(agent, fermeture, 17).laissees) == 1
    assert JourAnnule.objects.get().rendu_le is None


def test_a_day_that_another_closure_covers_stays_closed(reservee, agent):
    premiere, seconde = greve(16, 17), greve(17, prestation=reservee.periode.prestations.get())
    fermer(agent, premiere)
    fermer(agent, seconde)
    assert rouvrir(agent, premiere, 16, 17).jours == 1
    assert Creneau.objects.get(jour="2018-01-17").ferme
    assert rouvrir(agent, seconde, 17).jours == 1
    assert not Creneau.objects.filter(ferme=True).exists()


def test_days_made_after_the_closure_are_made_closed(reservee, agent):
    Creneau.objects.filter(jour="2018-02-05").delete()
    fermeture = Fermeture(du=date(2018, 2, 5), au=date(2018, 2, 6), motif="Travaux")
    fermer(agent, fermeture)
    actions.generer_creneaux(periode=reservee.periode, auteur=agent, maintenant=JEUDI)
    assert Creneau.objects.get(jour="2018-02-05").ferme
    assert not Creneau.objects.get(jour="2018-02-07").ferme


def test_closing_costs_the_same_queries_for_one_family_s_day_and_for_ten(reservee, agent, parent):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    cocher(reservee, *range(19, 32))
    envoyer(reservee, parent)
    with CaptureQueriesContext(connection) as une:
        fermer(agent, greve(19))
    with CaptureQueriesContext(connection) as dix:
        fermer(agent, greve(22, 31))
    assert len(dix) <= len(une) + 2


@pytest.mark.parametrize("champs", [{"au": date(2018, 1, 1)}, {"deux": True}])
def test_a_senseless_closure_is_refused_by_the_database(reservation, agent, champs):
    fermeture = greve(16)
    fermeture.au = champs.get("au", fermeture.au)
    if "deux" in champs:
        fermeture.accueil = reservation.periode.accueil
        fermeture.etablissement = reservation.periode.accueil.etablissement
    fermeture.decidee_le, fermeture.decidee_par = MERCREDI, agent
    with pytest.raises(IntegrityError), transaction.atomic():
        fermeture.save()


# --- The staff's pages ---------------------------------------------------------------------------------------------

PREPARER = reverse("admin:reservations_fermeture_preparer")
CHAMPS = {"cible": "tout", "du": "16/01/2018", "au": "17/01/2018", "motif": "Grève du personnel"}


@pytest.fixture
def gestion(client, agent):
    import time_machine

    with time_machine.travel(JEUDI, tick=False):
        client.force_login(agent)
        yield client


def test_what_closes_is_chosen_and_never_the_whole_town_by_default(gestion, reservee):
    html = gestion.get(PREPARER).content.decode()
    assert '<option value="" selected>Choisissez…</option>' in html
    html = gestion.get(PREPARER, CHAMPS | {"cible": ""}).content.decode()
    assert "Choisissez ce qui ferme." in html
    assert "Rien n’est encore changé" not in html


def test_the_page_says_that_the_invoices_do_not_change_and_who_puts_the_account_right(gestion, reservee, monkeypatch):
    facture = FactureDuJour("00727", "REGIE", "")
    monkeypatch.setattr(
        "reservations.fermetures.factures_des_jours", lambda ids: dict.fromkeys(sorted(ids)[:1], facture)
    )
    html = gestion.get(PREPARER, CHAMPS).content.decode()
    assert "Ces factures ne changent pas" in html
    assert "facture n° 00727, régie REGIE (aucune adresse de courriel&nbsp;: prévenez vous-même le régisseur)" in html
    html = gestion.get(PREPARER, CHAMPS | {"du": "20/01/2018", "au": "21/01/2018"}).content.decode()
    assert "il n’y a rien à fermer" in html


def test_the_pages_show_then_close_then_open_again(gestion, reservee):
    html = gestion.get(PREPARER, CHAMPS).content.decode()
    for attendu in ("Réservations et demandes annulées&nbsp;: <strong>2</strong>", "Mardi 16\xa0janvier 2018"):
        assert attendu in html
    empreinte = apercu_de_fermeture(greve(16, 17)).empreinte
    assert f'name="empreinte" value="{empreinte}"' in html
    appliquer = reverse("admin:reservations_fermeture_appliquer")
    html = gestion.post(appliquer, CHAMPS | {"empreinte": "vieille"}, follow=True).content.decode()
    assert "relisez ce qui serait annulé" in html
    assert 'value="Grève du personnel"' in html
    html = gestion.post(appliquer, CHAMPS | {"empreinte": empreinte}, follow=True).content.decode()
    assert "Réservations annulées : 2 ; familles prévenues : 1." in html
    adresse = reverse("admin:reservations_fermeture_rouvrir", args=[Fermeture.objects.get().pk])
    assert "acceptée avant la fermeture" in gestion.get(adresse).content.decode()
    html = gestion.post(adresse, {"du": "16/01/2018", "au": "16/01/2018", "rendre": "on"}, follow=True).content.decode()
    assert "Jours rouverts : 1 ; réservations rendues : 1." in html
    assert etats(reservee) == {15: "acceptee", 16: "acceptee", 17: "annulee", 18: "demandee"}


@pytest.mark.parametrize(
    ("champs", "attendu"),
    [
        ({"motif": ""}, "Écrivez le motif"),
        ({"au": "01/01/2018"}, "précède son début"),
        ({"du": "32/01/2018"}, "date valide"),
        ({"cible": "p999"}, "Sélectionnez un choix valide"),
    ],
)
def test_a_bad_input_is_said_beside_its_field(gestion, reservee, champs, attendu):
    assert attendu in gestion.get(PREPARER, CHAMPS | champs).content.decode()
    reponse = gestion.post(reverse("admin:reservations_fermeture_appliquer"), CHAMPS | champs)
    assert attendu in reponse.content.decode()
    assert not Fermeture.objects.exists()


def test_a_closed_day_of_the_town_says_what_it_contradicts(gestion, reservee):
    champs = {"jour": "2018-01-16", "libelle": "Pont", "nature": "pont", "ferme_les_accueils": "on"}
    html = gestion.post(reverse("admin:reservations_jourferme_add"), champs, follow=True).content.decode()
    assert "1 jour de prestation encore ouvert, 1 réservation." in html
    assert "cible=tout&amp;du=16%2F01%2F2018" in html
    assert etats(reservee)[16] == "acceptee"


def test_school_holidays_say_which_school_days_they_contradict(gestion, reservee):
    type(reservee.periode).objects.update(jours_de_classe="hors_vacances")
    champs = {"libelle": "Hiver", "premier_jour": "2018-01-17", "dernier_jour": "2018-01-20"}
    html = gestion.post(reverse("admin:reservations_vacancesscolaires_add"), champs, follow=True).content.decode()
    assert "3 jours de prestation encore ouverts, 2 réservations." in html
