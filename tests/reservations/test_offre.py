"""An offer is made from the wizard, or copied to the next school year: previewed, then all of it or nothing."""

import datetime
import re
from datetime import date
from html import unescape

import pytest
import time_machine
from django.urls import reverse

from facturation.models import Tarif, TrancheTarif
from portail.roles import synchroniser
from reservations import actions
from reservations.apercu_offre import apercu_du_calendrier
from reservations.models import (
    Accueil,
    Creneau,
    JourFerme,
    LienPrestation,
    Periode,
    Prestation,
    RegleDelai,
    RegleParticuliere,
    VacancesScolaires,
)
from reservations.regles.annees import Vacances, dates_suivantes, nom_suivant
from tests.fabriques import (
    FabriqueEcole,
    FabriqueEtablissement,
    FabriqueRegle,
    FabriqueTarif,
    instant,
    membre_du_personnel,
)
from tests.reservations.gestes import envoyer

ZONE_B = [
    Vacances("Vacances d’été", date(2017, 7, 8), date(2017, 9, 3)),
    Vacances("Vacances d’hiver", date(2018, 2, 24), date(2018, 3, 11)),
    Vacances("Vacances d’été", date(2018, 7, 7), date(2018, 9, 2)),
    Vacances("Vacances d’hiver", date(2019, 2, 9), date(2019, 2, 24)),
    Vacances("Vacances d’été", date(2019, 7, 6), date(2019, 9, 1)),
]


@pytest.mark.parametrize(
    ("nom", "attendu"),
    [
        ("CANTINE 2017-2018", "CANTINE 2018-2019"),
        ("VACANCES D’HIVER 2018", "VACANCES D’HIVER 2019"),
        ("Salle 12017 et 2099", "Salle 12017 et 2100"),
        ("Mercredis", "Mercredis"),
    ],
)
def test_a_name_moves_by_one_year(nom, attendu):
    assert nom_suivant(nom) == attendu


@pytest.mark.parametrize(
    ("du", "au", "attendues"),
    [
        (date(2017, 9, 4), date(2018, 7, 6), (date(2018, 9, 3), date(2019, 7, 5))),
        (date(2018, 2, 26), date(2018, 3, 9), (date(2019, 2, 11), date(2019, 2, 22))),
        (date(2018, 1, 8), date(2018, 2, 9), (date(2019, 1, 7), date(2019, 2, 8))),
        (date(2018, 9, 3), date(2019, 7, 5), (date(2019, 9, 2), date(2020, 7, 3))),
    ],
    ids=["année", "vacances", "quelques semaines", "année inconnue du calendrier"],
)
def test_dates_move_to_the_calendar_of_the_next_school_year(du, au, attendues):
    assert dates_suivantes(du, au, ZONE_B) == attendues


@pytest.fixture
def calendrier(db):
    VacancesScolaires.objects.bulk_create(
        VacancesScolaires(libelle=v.libelle, premier_jour=v.premier, dernier_jour=v.dernier) for v in ZONE_B
    )


@pytest.fixture
def gestion(client, commune, calendrier):
    synchroniser()
    client.force_login(membre_du_personnel("agent"))
    with time_machine.travel(instant(2018, 5, 14, 9), tick=False):
        yield client


ASSISTANT = reverse("admin:reservations_periode_assistant")


def champs_de(html):
    """Read what the proposed form holds, as a browser would send it."""
    formulaire = html.partition('method="get"')[2].partition("</form>")[0]
    champs = {}
    for balise in re.findall(r"<input[^>]*>", formulaire):
        attributs = dict(re.findall(r'([\w-]+)="([^"]*)"', balise))
        if attributs.get("type") == "checkbox" and " checked" not in balise:
            continue
        defaut = "on" if attributs.get("type") == "checkbox" else ""
        if "name" in attributs:
            champs.setdefault(attributs["name"], []).append(attributs.get("value", defaut))
    for nom, corps in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', formulaire, re.S):
        choisi = re.search(r'<option value="([^"]*)" selected', corps)
        champs[nom] = [choisi[1] if choisi else ""]
    return champs


@pytest.mark.parametrize(
    ("cas", "nom", "jours"),
    [("cantine", "CANTINE 2018-2019", {0, 1, 3, 4}), ("mercredis", "MERCREDIS 2018-2019", {2})]
    + [("periscolaire", "PÉRISCOLAIRE 2018-2019", {0, 1, 3, 4}), ("vacances", "VACANCES D’ÉTÉ 2018", {0, 1, 2, 3, 4})],
)
def test_each_case_is_created_with_its_defaults(gestion, cas, nom, jours):
    site = FabriqueEtablissement(nom="ACCUEIL")
    propose = gestion.get(ASSISTANT, {"cas": cas}).content.decode()
    champs = champs_de(propose)
    apercu = gestion.get(ASSISTANT, champs).content.decode()
    assert "voici ce que verront les familles" in apercu
    assert not Periode.objects.exists()
    assert not Accueil.objects.exists()
    html = gestion.post(ASSISTANT, champs, follow=True).content.decode()
    assert "pas encore visible des familles" in html
    periode = Periode.objects.get()
    assert (periode.nom, periode.accueil.etablissement, periode.publiee) == (nom, site, False)
    ouverts = set(Creneau.objects.values_list("jour", flat=True))
    assert {jour.weekday() for jour in ouverts} == jours
    assert date(2018, 12, 3) in ouverts or cas != "cantine"
    assert date(2019, 2, 12) not in ouverts
    assert RegleDelai.objects.count() == 1


def test_the_preview_is_the_calendar_that_is_created(gestion):
    FabriqueEtablissement()
    champs = champs_de(gestion.get(ASSISTANT, {"cas": "periscolaire"}).content.decode()) | {"publiee": "on"}
    gestion.post(ASSISTANT, champs)
    periode = Periode.objects.get()
    assert periode.publiee
    calendrier = apercu_du_calendrier(periode, list(periode.prestations.all()))
    assert calendrier.ouverts * 2 == Creneau.objects.count()
    assert calendrier.mois[0].titre == "Septembre 2018"
    lundi = calendrier.mois[0].semaines[1][0]
    assert (lundi.numero, lundi.texte, lundi.ouvert) == (3, "Matin, Soir", True)
    assert lundi.limite == "limite jeu.\xa030/08 à\xa012\xa0h"
    hiver = next(mois for mois in calendrier.mois if mois.titre == "Février 2019")
    assert hiver.semaines[2][0].texte == "Vacances d’hiver"


@pytest.mark.parametrize(
    ("faute", "attendu"),
    [
        ({"au": "01/01/2018"}, "précède son début"),
        ({"du": "demain"}, "date valide"),
        ({"p1_nom": ""}, "obligatoire"),
        ({"p2_nom": "Soir", "p2_places": ""}, "Écrivez le nombre de places."),
        ({"p1_de": "9:00", "p1_a": "8:00"}, "La fin précède le début."),
        ({"p1_nom": "Soir", "p2_nom": "Soir"}, "même désignation"),
        ({"age_minimum": "9", "age_maximum": "3"}, "sous l’âge minimum"),
        ({"ouverture_autres_0": "01/06/2018", "ouverture_autres_1": "08:00"}, "Les autres communes réservent après"),
    ],
)
def test_a_bad_input_is_said_and_nothing_is_created(gestion, faute, attendu):
    FabriqueEtablissement()
    champs = champs_de(gestion.get(ASSISTANT, {"cas": "periscolaire"}).content.decode()) | faute
    assert attendu in gestion.post(ASSISTANT, champs).content.decode()
    assert not Periode.objects.exists()


def test_the_same_offer_is_not_created_twice(gestion):
    FabriqueEtablissement()
    champs = champs_de(gestion.get(ASSISTANT, {"cas": "cantine"}).content.decode())
    gestion.post(ASSISTANT, champs)
    assert "a déjà une période de ce nom" in gestion.post(ASSISTANT, champs).content.decode()
    assert Periode.objects.count() == Accueil.objects.count() == 1


def test_a_tariff_is_taken_over(gestion, matin):
    tarif = FabriqueTarif(prestation=matin, montant="1.75")
    TrancheTarif.objects.create(tarif=tarif, qf_minimum=600, montant="2.10")
    champs = champs_de(gestion.get(ASSISTANT, {"cas": "periscolaire"}).content.decode())
    gestion.post(ASSISTANT, champs | {"p1_tarif": matin.pk, "p2_tarif": matin.pk})
    repris = Tarif.objects.exclude(pk=tarif.pk)
    assert [(un.du, str(un.montant), un.tranches.count()) for un in repris] == [(date(2018, 9, 3), "1.75", 1)] * 2


def test_what_was_typed_is_kept_from_the_preview_back_to_the_form(gestion):
    """The preview has its own address; « Changer quelque chose » comes back to step 2, nothing created."""
    FabriqueEtablissement()
    champs = champs_de(gestion.get(ASSISTANT, {"cas": "periscolaire"}).content.decode())
    apercu = gestion.get(ASSISTANT, champs | {"nom": "GARDERIE 2018", "p1_places": "17"}).content.decode()
    assert "Étape 3 sur 3" in apercu
    assert "csrfmiddlewaretoken" not in champs
    assert "Étape 2" not in apercu
    retour = unescape(re.search(r'href="(\?[^"]*changer=1)"', apercu)[1])
    forme = gestion.get(ASSISTANT + retour).content.decode()
    assert "Étape 2 sur 3" in forme
    repris = champs_de(forme)
    assert (repris["nom"], repris["p1_places"]) == (["GARDERIE 2018"], ["17"])
    assert "Étape 3 sur 3" in gestion.get(ASSISTANT, repris).content.decode()
    assert not Periode.objects.exists()


def test_a_prestation_without_a_name_is_dropped_and_the_form_says_so(gestion):
    FabriqueEtablissement()
    propose = gestion.get(ASSISTANT, {"cas": "periscolaire"}).content.decode()
    assert "pas de prestation 2, le reste de ce cadre est ignoré" in propose
    gestion.post(ASSISTANT, champs_de(propose) | {"p2_nom": ""})
    assert [une.nom for une in Prestation.objects.all()] == ["Périscolaire matin"]


def test_the_preview_says_what_the_calendar_does_not_know(gestion):
    """Without it, every day of the winter holidays would open without a word."""
    FabriqueEtablissement()
    JourFerme.objects.create(jour="2018-11-01", libelle="Toussaint", nature="ferie")
    champs = champs_de(gestion.get(ASSISTANT, {"cas": "cantine"}).content.decode())
    apercu = gestion.get(ASSISTANT, champs).content.decode()
    assert "Aucun jour férié n’est écrit pour 2019." in apercu
    assert "écrit pour 2018" not in apercu
    assert "Les vacances scolaires ne sont connues" not in apercu
    apercu = gestion.get(ASSISTANT, champs | {"du": "02/09/2019", "au": "03/07/2020"}).content.decode()
    assert "Les vacances scolaires ne sont connues que jusqu’au 01/09/2019." in apercu


def test_the_page_of_cases_lists_them_all(gestion):
    html = gestion.get(ASSISTANT).content.decode()
    for cas in ("cantine", "periscolaire", "mercredis", "vacances"):
        assert f"?cas={cas}" in html


# --- Copy -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def complete(periode, matin):
    """A période with all that a copy must take along."""
    soir = Prestation.objects.create(periode=periode, nom="Soir 2017", nom_court="Soir", ordre=1)
    LienPrestation.objects.create(prestation=soir, genre="requiert", autre=matin)
    RegleParticuliere.objects.create(
        periode=periode, geste="annuler", prestation=soir, jours=[2], regle=FabriqueRegle(nom="Veille", nombre=1)
    )
    periode.ecoles.add(FabriqueEcole())
    periode.selection, periode.age_minimum = "ecoles", 6
    periode.ouverture_reservations_le = instant(2017, 6, 12, 8)
    periode.jours_ouverture, periode.jours_de_classe = [0, 1, 3, 4], "hors_vacances"
    periode.apres_delai, periode.majoration_montant = "majoration", "1.00"
    periode.save()
    FabriqueTarif(prestation=matin, montant="1.75")
    return periode


def copie_de(periode):
    return Periode.objects.exclude(pk=periode.pk).get()


def champs_de_la_copie(gestion, periode):
    html = gestion.get(reverse("admin:reservations_periode_copier", args=[periode.pk])).content.decode()
    return champs_de(html.replace('method="post" class="module', 'method="get" class="module')), html


def test_a_copy_takes_everything_along_to_the_next_year(gestion, complete):
    champs, html = champs_de_la_copie(gestion, complete)
    assert "PERISCOLAIRE 2018-2019, du 03/09/2018 au 05/07/2019" in html
    assert Periode.objects.count() == 1
    gestion.post(reverse("admin:reservations_periode_copier", args=[complete.pk]), champs)
    copie = copie_de(complete)
    assert (copie.nom, copie.du, copie.au, copie.publiee) == (
        "PERISCOLAIRE 2018-2019",
        date(2018, 9, 3),
        date(2019, 7, 5),
        False,
    )
    assert copie.validation_jusqu_au == date(2019, 7, 5)
    assert copie.ouverture_reservations_le == instant(2018, 6, 11, 8)
    assert (copie.selection, list(copie.ecoles.all())) == ("ecoles", list(complete.ecoles.all()))
    assert copie.effet.majoration.en_mots() == "1,00\xa0€"
    matin, soir = copie.prestations.order_by("ordre")
    assert soir.nom == "Soir 2018"
    lien = LienPrestation.objects.get(prestation=soir)
    assert (lien.autre, lien.genre) == (matin, "requiert")
    regle = copie.regles_particulieres.get()
    assert (regle.prestation, regle.jours, regle.regle.nom) == (soir, [2], "Veille")
    assert Tarif.objects.get(prestation=matin).du == date(2018, 9, 3)
    assert Creneau.objects.filter(prestation=matin, jour=date(2018, 9, 3)).exists()
    assert not Creneau.objects.filter(prestation=matin, jour=date(2019, 2, 12)).exists()


def test_a_rule_with_a_date_is_copied_to_the_next_year_and_shown(gestion, complete):
    """The date of this year would close the next one before it opens, without a word."""
    fixe = FabriqueRegle(nom="Avant le 15/12/2017", genre="date", date_fixe=date(2017, 12, 15))
    FabriqueRegle(nom="Avant le 15/12/2018", genre="jours", nombre=9)
    Periode.objects.update(regle_reservation=fixe)
    RegleParticuliere.objects.update(regle=fixe)
    champs, html = champs_de_la_copie(gestion, complete)
    assert "recopiée à la date de l’année suivante" in html
    assert RegleDelai.objects.count() == 4
    gestion.post(reverse("admin:reservations_periode_copier", args=[complete.pk]), champs)
    copie = copie_de(complete)
    assert (copie.regle_reservation.date_fixe, copie.regle_annulation) == (
        date(2018, 12, 14),
        complete.regle_annulation,
    )
    assert copie.regles_particulieres.get().regle == copie.regle_reservation
    assert Periode.objects.get(pk=complete.pk).regle_reservation == fixe
    assert RegleDelai.objects.count() == 5


def test_the_preview_of_a_copy_follows_the_particular_rules(gestion, complete):
    """Parents will read two limits on a Monday, one for each prestation; the preview does too."""
    une_semaine = FabriqueRegle(nom="Semaine", nombre=7, type_jours="calendaires")
    RegleParticuliere.objects.update(geste="reserver", jours=[0], regle=une_semaine)
    _, html = champs_de_la_copie(gestion, complete)
    assert "Matin : limite jeu.\xa006/09 à\xa012\xa0h ; Soir : limite lun.\xa003/09 à\xa012\xa0h" in html
    assert "Matin, Soir</span> <small>limite mar.\xa004/09 à\xa012\xa0h</small>" in html


def test_a_copy_is_edited_before_it_is_made_and_never_made_twice(gestion, complete):
    champs, _ = champs_de_la_copie(gestion, complete)
    adresse = reverse("admin:reservations_periode_copier", args=[complete.pk])
    revu = gestion.get(adresse, champs | {"du": "10/09/2018", "jours_ouverture": ["2"]}).content.decode()
    assert "du 10/09/2018" in revu
    gestion.post(adresse, champs | {"du": "10/09/2018", "jours_ouverture": ["2"]})
    assert copie_de(complete).du == date(2018, 9, 10)
    assert {un.jour.weekday() for un in Creneau.objects.filter(prestation__periode=copie_de(complete))} == {2}
    html = gestion.post(adresse, champs).content.decode()
    assert "a peut-être déjà été copiée" in html
    assert Periode.objects.count() == 2


def test_a_copy_without_tariffs_takes_none(gestion, complete):
    champs, _ = champs_de_la_copie(gestion, complete)
    champs.pop("tarifs")
    gestion.post(reverse("admin:reservations_periode_copier", args=[complete.pk]), champs)
    assert Tarif.objects.count() == 1


def test_a_booked_prestation_stays_in_its_periode(gestion, reservation, parent, matin):
    autre = Periode.objects.get(pk=reservation.periode_id)
    autre.pk, autre.cle, autre.nom = None, "6b1f3f0e-6a53-4d29-a7a1-000000000001", "AUTRE"
    autre.save()
    adresse = reverse("admin:reservations_prestation_change", args=[matin.pk])
    assert 'name="periode"' in gestion.get(adresse).content.decode()
    envoyer(reservation, parent, 15)
    assert 'name="periode"' not in gestion.get(adresse).content.decode()
    gestion.post(adresse, {"periode": autre.pk, "nom": "Matin", "nom_court": "M", "capacite_par_jour": 9, "ordre": 0})
    matin.refresh_from_db()
    assert matin.periode == reservation.periode


def test_an_instant_keeps_its_hour_across_a_clock_change():
    deplace = actions.offre._deplacer(instant(2018, 3, 24, 8), datetime.timedelta(days=2))
    assert deplace == instant(2018, 3, 26, 8)
