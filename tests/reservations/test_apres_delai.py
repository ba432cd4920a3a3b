"""After the deadline: refused, with a surcharge, on the waiting list, or to an agent; particular rules come first."""

from datetime import date, time
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from reservations import phrases
from reservations.enums import ApresDelai, Geste, MotifRefus, Sens, TypeJours
from reservations.models import Creneau, Periode, Presence, RegleParticuliere
from reservations.regles import (
    Calendrier,
    Delai,
    EffetTardif,
    FenetreDeReservation,
    Majoration,
    Particularite,
    Regime,
    ReglesDePeriode,
)
from reservations.regles.modifications import AutreChoix, est_modification
from reservations.regles.regimes import regime_applicable
from tests.fabriques import FabriquePrestation, FabriqueRegle, instant
from tests.reservations.conftest import MERCREDI
from tests.reservations.gestes import cocher, envoyer, etats, places, places_coherentes

LA_VEILLE = Delai(1, TypeJours.CALENDAIRES, time(10))
#: Monday 15: the deadline of two worked days is Thursday 11 at noon.
VENDREDI = instant(2018, 1, 12, 9)


def regles(effet, **champs):
    return ReglesDePeriode(
        fenetre=FenetreDeReservation(None, date(2018, 7, 6)),
        delai_reservation=Delai(2, TypeJours.OUVRES, time(12)),
        delai_annulation=Delai(2, TypeJours.OUVRES, time(12)),
        calendrier=Calendrier(frozenset()),
        effet_reservation=effet,
        **champs,
    )


def motifs(regles, maintenant, places=1, jour=date(2018, 1, 15)):
    return regles.motifs_ajout(
        jour,
        places_libres=places,
        ferme=False,
        deja_actif=False,
        maintenant=maintenant,
        aujourdhui=maintenant.date(),
    )


@pytest.mark.parametrize(
    ("effet", "maintenant", "places", "attendus"),
    [
        (ApresDelai.REFUS, instant(2018, 1, 11, 12), 1, []),
        (ApresDelai.REFUS, VENDREDI, 1, [MotifRefus.HORS_DELAI]),
        (ApresDelai.AGENT, VENDREDI, 1, []),
        (ApresDelai.AGENT, VENDREDI, 0, [MotifRefus.COMPLET]),
        (ApresDelai.LISTE_ATTENTE, VENDREDI, 0, []),
        (ApresDelai.LISTE_ATTENTE, instant(2018, 1, 11, 12), 0, [MotifRefus.COMPLET]),
        (ApresDelai.AGENT, instant(2018, 1, 14, 23, 59, 59), 1, []),
        (ApresDelai.AGENT, instant(2018, 1, 15), 1, [MotifRefus.HORS_DELAI]),
        (ApresDelai.AGENT, instant(2018, 1, 16), 1, [MotifRefus.JOUR_PASSE]),
    ],
)
def test_what_a_late_booking_becomes(effet, maintenant, places, attendus):
    assert motifs(regles(EffetTardif(effet)), maintenant, places) == attendus


def test_the_late_limit_is_inclusive_too():
    tardif = regles(EffetTardif(ApresDelai.AGENT, delai=LA_VEILLE))
    assert motifs(tardif, instant(2018, 1, 14, 10)) == []
    assert motifs(tardif, instant(2018, 1, 14, 10, 0, 0, 1)) == [MotifRefus.HORS_DELAI]


@pytest.mark.parametrize(
    ("majoration", "prix", "supplement", "mots"),
    [
        (Majoration(Decimal("1.00"), None), "3.25", "1.00", "1,00\xa0€"),
        (Majoration(None, Decimal("50.00")), "3.25", "1.63", "50\xa0%"),
        (Majoration(None, Decimal("12.50")), "4.00", "0.50", "12,5\xa0%"),
        (Majoration(None, Decimal("100.00")), "0.00", "0.00", "100\xa0%"),
    ],
)
def test_a_surcharge_is_rounded_to_the_cent_and_worded(majoration, prix, supplement, mots):
    assert majoration.de(Decimal(prix)) == Decimal(supplement)
    assert majoration.en_mots() == mots


particularites = st.builds(
    Particularite,
    geste=st.sampled_from(Geste),
    prestation=st.none() | st.integers(1, 3),
    jours=st.frozensets(st.integers(0, 6), max_size=3),
    regime=st.integers(0, 250).map(lambda n: Regime(Delai(n, TypeJours.CALENDAIRES, time(12)))),
)


@given(liste=st.lists(particularites, max_size=8), geste=st.sampled_from(Geste), jour=st.dates(), un=st.integers(1, 3))
def test_the_most_precise_rule_applies(liste, geste, jour, un):
    """None that concerns the day is more precise than the one chosen; one that does not is never chosen."""
    choisi = regime_applicable(liste, geste, jour, un)
    possibles = [une for une in liste if une.concerne(geste, jour, un)]
    assert (choisi is None) == (not possibles)
    if choisi is not None:
        precision = max(une.precision for une in possibles)
        assert choisi in [une.regime for une in possibles if une.precision == precision]


@pytest.mark.parametrize(
    ("sens", "autres", "attendu"),
    [
        (Sens.AJOUT, [], False),
        (Sens.AJOUT, [AutreChoix(actif=True, sens=None)], True),
        (Sens.AJOUT, [AutreChoix(actif=True, sens=Sens.RETRAIT)], True),
        (Sens.AJOUT, [AutreChoix(actif=False, sens=Sens.AJOUT)], False),
        (Sens.RETRAIT, [AutreChoix(actif=True, sens=None)], True),
        (Sens.RETRAIT, [AutreChoix(actif=True, sens=Sens.RETRAIT)], False),
        (Sens.RETRAIT, [AutreChoix(actif=False, sens=Sens.AJOUT)], True),
        (Sens.RETRAIT, [AutreChoix(actif=False, sens=None)], False),
    ],
)
def test_what_changes_a_booked_day_is_told_apart(sens, autres, attendu):
    assert est_modification(sens, autres) is attendu


# --- Under lock ---------------------------------------------------------------------------------------------------


def regler(**champs):
    Periode.objects.update(**champs)


def test_a_late_day_is_taken_with_its_surcharge(reservation, parent):
    regler(apres_delai="majoration", majoration_montant="1.00", acceptation="automatique")
    demande = envoyer(reservation, parent, 15, 17, maintenant=VENDREDI)
    assert etats(reservation) == {15: "acceptee", 17: "acceptee"}
    montants = {ligne.creneau.jour.day: ligne.montant for ligne in demande.lignes.select_related("creneau")}
    assert montants == {15: Decimal("2.75"), 17: Decimal("1.75")}
    tardive = Presence.objects.get(creneau__jour="2018-01-15")
    assert tardive.majoration == Majoration(Decimal("1.00"), None)
    assert Presence.objects.get(creneau__jour="2018-01-17").majoration is None


def test_a_surcharge_is_forgotten_when_the_day_is_asked_again_in_time(reservation, parent):
    regler(apres_delai="majoration", majoration_pourcent="50")
    envoyer(reservation, parent, 15, maintenant=VENDREDI)
    Presence.objects.update(etat="annulee")
    Creneau.objects.update(places_prises=0)
    envoyer(reservation, parent, 15, maintenant=MERCREDI)
    presence = Presence.objects.get()
    assert (presence.etat, presence.majoration) == ("demandee", None)


def test_a_late_day_goes_to_an_agent_even_when_acceptance_is_automatic(reservation, parent):
    regler(apres_delai="agent", acceptation="automatique")
    envoyer(reservation, parent, 15, 17, maintenant=VENDREDI)
    assert etats(reservation) == {15: "demandee", 17: "acceptee"}
    assert places(reservation) == {15: 1, 17: 1}


def test_an_agent_s_answer_may_cost_more_too(reservation, parent):
    """Mollégès: after Friday noon, an « exceptional » request, surcharged, that the service accepts if it can."""
    regler(apres_delai="agent", majoration_montant="1.00", acceptation="automatique")
    demande = envoyer(reservation, parent, 15, maintenant=VENDREDI)
    assert etats(reservation) == {15: "demandee"}
    assert demande.lignes.get().montant == Decimal("2.75")
    assert Presence.objects.get().majoration == Majoration(Decimal("1.00"), None)
    assert phrases.apres_le_delai(Periode.objects.get()) == (
        "possible ensuite avec une majoration de 1,00\xa0€, si un agent l’accepte"
    )


def test_what_is_never_done_online_says_so_and_is_left_to_an_agent(client, reservation, parent):
    """Villes Sœurs: what is booked is not cancelled; the reason is not that it is late."""
    regler(acceptation="automatique", annulation="automatique", apres_delai_annulation="agent")
    envoyer(reservation, parent, 15)
    regle = FabriqueRegle(nom="Jamais", genre="jamais")
    regler(regle_annulation=regle)
    demande = envoyer(reservation, parent, annuler=[15])
    assert demande.lignes.get().motifs == ["jamais_annulable"]
    assert etats(reservation) == {15: "acceptee"}
    client.force_login(parent)
    import time_machine

    with time_machine.travel(MERCREDI, tick=False):
        adresse = reverse("reservations:planning", args=[reservation.cle])
        html = client.get(adresse, {"mois": "2018-01"}).content.decode()
    assert "ne s’annule pas en ligne" in html
    assert "Pour annuler&nbsp;: impossible en ligne." in html


def test_what_would_do_nothing_is_refused_beside_its_field(periode):
    veille = FabriqueRegle(nom="Veille", nombre=1)
    double = {"periode": periode, "regle": veille}
    for champs, champ in (
        ({"geste": "reserver", "majoration_montant": Decimal(1)}, "majoration_montant"),
        ({"geste": "reserver", "apres_delai": "liste_attente", "majoration_pourcent": 5}, "majoration_pourcent"),
        ({"geste": "reserver", "regle_tardive": veille}, "regle_tardive"),
        ({"geste": "annuler", "apres_delai": "agent", "majoration_montant": Decimal(1)}, "majoration_montant"),
        ({"geste": "annuler", "apres_delai": "liste_attente"}, "apres_delai"),
        ({"geste": "absence", "regle": FabriqueRegle(nom="Jamais", genre="jamais")}, "regle"),
    ):
        with pytest.raises(ValidationError) as refus:
            RegleParticuliere(**double | champs).full_clean()
        assert champ in refus.value.message_dict, champs


def test_a_late_day_waits_without_a_place(reservation, parent):
    regler(apres_delai="liste_attente", acceptation="automatique")
    Creneau.objects.filter(jour="2018-01-15").update(capacite=0)
    envoyer(reservation, parent, 15, 17, maintenant=VENDREDI)
    assert etats(reservation) == {15: "liste_attente", 17: "acceptee"}
    assert places(reservation) == {17: 1}
    assert places_coherentes(reservation.periode)


def test_a_late_cancellation_waits_for_an_agent(reservation, parent):
    regler(apres_delai_annulation="agent", acceptation="automatique", annulation="automatique")
    envoyer(reservation, parent, 15, 17)
    envoyer(reservation, parent, annuler=[15, 17], maintenant=VENDREDI)
    assert etats(reservation) == {15: "annulation_demandee", 17: "annulee"}
    assert places(reservation) == {15: 1}


def particuliere(periode, geste, nombre, **champs):
    regle = FabriqueRegle(nom=f"{nombre} jours", nombre=nombre, type_jours=TypeJours.CALENDAIRES)
    return RegleParticuliere.objects.create(periode=periode, geste=geste, regle=regle, **champs)


def test_a_weekday_and_a_prestation_have_their_own_deadline(reservation, parent, matin):
    particuliere(reservation.periode, "reserver", 30, jours=[2])
    particuliere(reservation.periode, "reserver", 0, prestation=matin, jours=[0])
    demande = envoyer(reservation, parent, 15, 16, 17, maintenant=instant(2018, 1, 14, 9))
    assert etats(reservation) == {15: "demandee"}
    assert {ligne.creneau.jour.day: ligne.motifs for ligne in demande.lignes.select_related("creneau")} == {
        15: [],
        16: ["hors_delai"],
        17: ["hors_delai"],
    }


def test_a_booked_day_is_changed_by_its_own_rule_and_never_emptied_by_it(reservation, parent, matin):
    """An exchange is allowed until the eve; when what replaces is refused, the removal is a late cancellation."""
    soir = FabriquePrestation(periode=reservation.periode, nom="Soir", nom_court="Soir")
    for jour in (15, 16):
        Creneau.objects.create(prestation=soir, jour=date(2018, 1, jour), capacite=1)
    regler(acceptation="automatique", annulation="automatique")
    particuliere(reservation.periode, "modifier", 1)
    cocher(reservation, 15, 16)
    reservation.brouillons.filter(creneau__prestation=soir).delete()
    envoyer(reservation, parent)
    Creneau.objects.filter(prestation=soir, jour="2018-01-16").update(capacite=0)
    for un in Creneau.objects.filter(jour__in=["2018-01-15", "2018-01-16"]):
        sens = "ajout" if un.prestation_id == soir.pk else "retrait"
        reservation.brouillons.create(creneau=un, sens=sens, le=VENDREDI)
    demande = envoyer(reservation, parent, maintenant=instant(2018, 1, 12, 13))
    lignes = {(ligne.creneau.jour.day, ligne.sens): ligne.motifs for ligne in demande.lignes.select_related("creneau")}
    assert lignes == {
        (15, "ajout"): [],
        (15, "retrait"): [],
        (16, "ajout"): ["complet"],
        (16, "retrait"): ["hors_delai_annulation"],
    }
    assert places_coherentes(reservation.periode)


@pytest.mark.parametrize(
    "champs",
    [
        {"apres_delai": "majoration"},
        {"apres_delai": "majoration", "majoration_montant": "1", "majoration_pourcent": "5"},
        {"majoration_montant": "0"},
    ],
)
def test_a_surcharge_without_one_figure_is_refused_by_the_database(periode, champs):
    with pytest.raises(IntegrityError), transaction.atomic():
        Periode.objects.update(**champs)


def test_two_rules_for_the_same_day_are_refused(periode):
    particuliere(periode, "annuler", 1, jours=[0, 2])
    double = RegleParticuliere(periode=periode, geste="annuler", jours=[2, 4], regle=FabriqueRegle())
    with pytest.raises(ValidationError, match="l’un de ces jours"):
        double.full_clean()
    double.jours = [1, 4]
    double.full_clean()


# --- What parents read ---------------------------------------------------------------------------------------------


def test_the_planning_and_the_check_page_say_the_surcharge_before_it_is_asked(client, parent, reservation):
    import time_machine

    regler(apres_delai="majoration", majoration_montant="1.00")
    client.force_login(parent)
    with time_machine.travel(VENDREDI, tick=False):
        html = client.get(
            reverse("reservations:planning", args=[reservation.cle]), {"mois": "2018-01"}
        ).content.decode()
        assert "hors délai\xa0: +\xa01,00\xa0€" in html
        assert 'data-montant="2.75"' in html
        cocher(reservation, 15, maintenant=VENDREDI)
        html = client.get(reverse("reservations:verifier", args=[reservation.cle])).content.decode()
    assert "Hors délai\xa0: majoration de 1,00\xa0€" in html
    assert "2,75\xa0€" in html
