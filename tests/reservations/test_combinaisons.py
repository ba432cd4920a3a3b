"""Choices of one day that require, exclude or bring another: the pure rule, then the drafts and the sending."""

import uuid

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portail.commun.erreurs import RefusMetier
from portail.commun.models import Courriel
from portail.roles import synchroniser
from reservations import actions
from reservations.brouillons import brouillon_de
from reservations.enums import MotifRefus
from reservations.erreurs import JourRefuse
from reservations.models import Creneau, LienPrestation, Presence
from reservations.regles import Journee, Liens, completer, refus_de_la_journee
from tests.fabriques import FabriquePrestation, FabriqueUtilisateur, membre_du_personnel
from tests.reservations.conftest import MERCREDI
from tests.reservations.gestes import code, envoyer

MATIN, APRES_MIDI, JOURNEE, REPAS = 1, 2, 3, 4
#: « Journée » excludes the half-days and brings « Repas », which requires any of the three.
CENTRE = Liens(
    exige={REPAS: frozenset({MATIN, APRES_MIDI, JOURNEE})},
    exclut={
        JOURNEE: frozenset({MATIN, APRES_MIDI}),
        MATIN: frozenset({JOURNEE}),
        APRES_MIDI: frozenset({JOURNEE}),
    },
    ajoute={JOURNEE: frozenset({REPAS})},
)


def refus(acquis=(), ajouts=(), retraits=(), refuses=()):
    journee = Journee(
        frozenset(acquis),
        frozenset(ajouts),
        frozenset(retraits),
        frozenset(refuses),
        (MATIN, APRES_MIDI, JOURNEE, REPAS),
    )
    return {prestation: motif for prestation, (motif, _) in refus_de_la_journee(journee, CENTRE).items()}


@pytest.mark.parametrize(
    ("journee", "attendu"),
    [
        ({"ajouts": [MATIN, APRES_MIDI, REPAS]}, {}),
        ({"ajouts": [JOURNEE, REPAS]}, {}),
        ({"ajouts": [REPAS]}, {REPAS: MotifRefus.CHOIX_MANQUANT}),
        ({"ajouts": [REPAS], "acquis": [MATIN]}, {}),
        ({"ajouts": [MATIN, JOURNEE, REPAS]}, {JOURNEE: MotifRefus.INCOMPATIBLE}),
        ({"ajouts": [JOURNEE, REPAS], "acquis": [MATIN]}, {JOURNEE: MotifRefus.INCOMPATIBLE}),
        ({"ajouts": [JOURNEE, REPAS], "acquis": [MATIN], "retraits": [MATIN]}, {}),
        ({"ajouts": [JOURNEE]}, {JOURNEE: MotifRefus.CHOIX_MANQUANT}),
        ({"acquis": [MATIN, REPAS], "retraits": [MATIN]}, {MATIN: MotifRefus.NECESSAIRE}),
        ({"acquis": [MATIN, REPAS], "retraits": [MATIN, REPAS]}, {}),
        ({"acquis": [MATIN, REPAS], "retraits": [MATIN], "ajouts": [APRES_MIDI]}, {}),
        ({"acquis": [JOURNEE, REPAS], "retraits": [REPAS]}, {REPAS: MotifRefus.NECESSAIRE}),
        # The day is full: the half-day that it replaced is kept.
        ({"acquis": [MATIN], "retraits": [MATIN], "refuses": [JOURNEE]}, {MATIN: MotifRefus.ECHANGE_IMPOSSIBLE}),
        # Booked before the links were typed: nobody touches it, nothing is said.
        ({"acquis": [MATIN, JOURNEE]}, {}),
    ],
)
def test_the_table_of_the_days_of_a_centre(journee, attendu):
    assert refus(**journee) == attendu


prestations = st.integers(1, 5)
ensembles = st.frozensets(prestations)
dictionnaires = st.dictionaries(prestations, ensembles, max_size=4)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(acquis=ensembles, ajouts=ensembles, retraits=ensembles, exige=dictionnaires, couples=dictionnaires)
def test_what_is_left_of_a_day_breaks_no_link_that_it_did_not_already_break(acquis, ajouts, retraits, exige, couples):
    exclut = {}
    for une, autres in couples.items():
        for autre in autres - {une}:
            exclut.setdefault(une, set()).add(autre)
            exclut.setdefault(autre, set()).add(une)
    liens = Liens(
        exige={une: autres - {une} for une, autres in exige.items()},
        exclut={une: frozenset(autres) for une, autres in exclut.items()},
    )
    ajouts, retraits = ajouts - acquis, retraits & acquis
    refuses = refus_de_la_journee(Journee(acquis, ajouts, retraits, ordre=(1, 2, 3, 4, 5)), liens)
    assert refuses.keys() <= ajouts | retraits
    ajoutes, gardes = ajouts - refuses.keys(), retraits - refuses.keys()
    finale = (acquis - gardes) | ajoutes
    for une in ajoutes:
        assert not liens.exclut.get(une, frozenset()) & finale
        exiges = liens.exige.get(une)
        assert not exiges or exiges & finale
    for une in finale & acquis:
        exiges = liens.exige.get(une)
        assert not exiges or exiges & finale or not exiges & acquis


@pytest.mark.parametrize(
    ("prevus", "voulus", "non_voulus", "attendu"),
    [
        ([], [JOURNEE], [], ({JOURNEE, REPAS}, set())),
        ([MATIN, REPAS], [], [MATIN], (set(), {MATIN, REPAS})),
        ([MATIN, APRES_MIDI, REPAS], [], [MATIN], (set(), {MATIN})),
        ([MATIN], [JOURNEE], [], ({JOURNEE, REPAS}, set())),
        ([JOURNEE, REPAS], [], [REPAS], (set(), {REPAS})),
    ],
)
def test_what_a_tick_brings_along(prevus, voulus, non_voulus, attendu):
    assert completer(frozenset(prevus), voulus, non_voulus, CENTRE) == attendu


@pytest.fixture
def centre(periode, jours):
    """Four choices each day of January: matin (the fixture's), après-midi, journée, repas."""
    matin = next(iter(jours.values())).prestation
    lies = {"Matin": matin}
    for rang, nom in enumerate(("Après-midi", "Journée", "Repas"), start=1):
        lies[nom] = FabriquePrestation(periode=periode, nom=nom, nom_court=nom, ordre=rang)
    Creneau.objects.bulk_create(
        Creneau(prestation=une, jour=jour, capacite=30)
        for nom, une in lies.items()
        if nom != "Matin"
        for jour in jours
        if jour.day in {15, 16}
    )
    LienPrestation.objects.bulk_create(
        LienPrestation(prestation=lies[une], genre=genre, autre=lies[autre])
        for une, genre, autre in (
            ("Repas", "exige", "Matin"),
            ("Repas", "exige", "Après-midi"),
            ("Repas", "exige", "Journée"),
            ("Journée", "exclut", "Matin"),
            ("Journée", "exclut", "Après-midi"),
            ("Journée", "ajoute", "Repas"),
        )
    )
    return lies


def choisir(reservation, *noms, decocher=(), jour=15):
    def codes(voulus):
        lus = Creneau.objects.filter(
            prestation__periode=reservation.periode, prestation__nom_court__in=voulus, jour=f"2018-01-{jour}"
        )
        return [code(un) for un in lus.select_related("prestation")]

    actions.enregistrer_brouillon(
        reservation=reservation, coches=codes(noms), depart=codes(decocher), maintenant=MERCREDI
    )


def choix_gardes(reservation):
    return {(un.creneau.prestation.nom_court, un.sens) for un in brouillon_de(reservation)}


def tenus(reservation):
    lues = Presence.objects.filter(reservation=reservation, etat="demandee")
    return set(lues.values_list("creneau__prestation__nom_court", flat=True))


def test_ticking_the_whole_day_adds_the_meal(reservation, centre):
    choisir(reservation, "Journée")
    assert choix_gardes(reservation) == {("Journée", "ajout"), ("Repas", "ajout")}


def test_cancelling_the_half_day_cancels_the_meal_that_nothing_supports(reservation, parent, centre):
    choisir(reservation, "Matin", "Repas")
    envoyer(reservation, parent)
    choisir(reservation, decocher=["Matin"])
    assert choix_gardes(reservation) == {("Matin", "retrait"), ("Repas", "retrait")}
    envoyer(reservation, parent)
    assert tenus(reservation) == set()


def test_a_meal_alone_is_refused_with_the_choices_that_it_needs(reservation, parent, centre):
    choisir(reservation, "Repas")
    demande = envoyer(reservation, parent)
    ligne = demande.lignes.get()
    assert ligne.motifs == ["choix_manquant"]
    assert "«\u00a0Matin\u00a0» ou «\u00a0Après-midi\u00a0» ou «\u00a0Journée\u00a0»" in ligne.phrases()[1]
    assert "demande aussi" in Courriel.objects.get().texte


def test_the_whole_day_beside_a_booked_morning_is_refused_and_the_morning_kept(reservation, parent, centre):
    choisir(reservation, "Matin")
    envoyer(reservation, parent)
    choisir(reservation, "Journée")
    demande = envoyer(reservation, parent)
    motifs = {une.creneau.prestation.nom_court: une.motifs for une in demande.lignes.all()}
    assert motifs == {"Journée": ["incompatible"], "Repas": []}
    assert tenus(reservation) == {"Matin", "Repas"}


def test_a_morning_exchanged_for_a_full_day_is_kept_when_the_day_is_full(reservation, parent, centre):
    choisir(reservation, "Matin")
    envoyer(reservation, parent)
    Creneau.objects.filter(prestation=centre["Journée"], jour="2018-01-15").update(capacite=1, places_prises=1)
    choisir(reservation, "Journée", decocher=["Matin"])
    demande = envoyer(reservation, parent)
    lignes = {une.creneau.prestation.nom_court: une for une in demande.lignes.all()}
    assert lignes["Journée"].motifs == ["complet"]
    assert lignes["Matin"].motifs == ["echange_impossible"]
    assert "reste réservé" in lignes["Matin"].precision
    assert "Matin" in tenus(reservation)


def test_a_request_taken_back_leaves_no_meal_alone(reservation, parent, centre):
    """« Matin » was asked, then « Repas », which needs it: the first request stays as long as the second one does."""
    choisir(reservation, "Matin")
    premiere = envoyer(reservation, parent)
    choisir(reservation, "Repas")
    seconde = envoyer(reservation, parent)
    with pytest.raises(RefusMetier) as refus:
        actions.retirer_demande(demande=premiere, auteur=parent, maintenant=MERCREDI)
    assert refus.value.motifs == [MotifRefus.NECESSAIRE]
    assert tenus(reservation) == {"Matin", "Repas"}
    for demande in (seconde, premiere):
        actions.retirer_demande(demande=demande, auteur=parent, maintenant=MERCREDI)
    assert tenus(reservation) == set()


def test_a_request_taken_back_whole_takes_linked_choices_back_together(reservation, parent, centre):
    choisir(reservation, "Journée")
    demande = envoyer(reservation, parent)
    assert actions.retirer_demande(demande=demande, auteur=parent, maintenant=MERCREDI) == 2
    assert tenus(reservation) == set()


def test_a_cancellation_is_not_taken_back_once_what_it_excludes_is_asked(reservation, parent, centre):
    """« Matin » waits to be cancelled and « Journée » was asked since: both at once would be one day twice."""
    type(reservation.periode).objects.update(acceptation="automatique", annulation="manuelle")
    reservation.periode.refresh_from_db()
    choisir(reservation, "Matin")
    envoyer(reservation, parent)
    choisir(reservation, decocher=["Matin"])
    annulation = envoyer(reservation, parent)
    choisir(reservation, "Journée")
    envoyer(reservation, parent)
    with pytest.raises(RefusMetier) as refus:
        actions.retirer_demande(demande=annulation, auteur=parent, maintenant=MERCREDI)
    assert refus.value.motifs == [MotifRefus.INCOMPATIBLE]
    etats = dict(Presence.objects.values_list("creneau__prestation__nom_court", "etat"))
    assert etats == {"Matin": "annulation_demandee", "Journée": "acceptee", "Repas": "acceptee"}


def ids(*noms):
    return list(Presence.objects.filter(creneau__prestation__nom_court__in=noms).values_list("pk", flat=True))


def refuser(*noms):
    agent = FabriqueUtilisateur(agent=True)
    return actions.refuser(presences=ids(*noms), agent=agent, motif="Effectif atteint.", maintenant=MERCREDI)


def retenues(bilan):
    return [(une.creneau.prestation.nom_court, motif) for une, motif in bilan.retenues]


def test_the_service_refuses_no_morning_that_a_meal_needs(reservation, parent, centre):
    choisir(reservation, "Matin", "Repas")
    envoyer(reservation, parent)
    bilan = refuser("Matin")
    assert (bilan.traitees, retenues(bilan)) == (0, [("Matin", MotifRefus.NECESSAIRE)])
    assert tenus(reservation) == {"Matin", "Repas"}
    bilan = refuser("Matin", "Repas")
    assert (bilan.traitees, bilan.retenues) == (2, [])
    assert tenus(reservation) == set()


def test_what_one_child_needs_holds_no_answer_to_another(reservation, autre_reservation, parent, etranger, centre):
    choisir(reservation, "Matin", "Repas")
    envoyer(reservation, parent)
    choisir(autre_reservation, "Matin")
    envoyer(autre_reservation, etranger)
    assert refuser("Matin").traitees == 1
    assert (tenus(reservation), tenus(autre_reservation)) == ({"Matin", "Repas"}, set())


def test_a_cancellation_is_not_refused_once_what_it_excludes_is_asked(reservation, parent, centre):
    type(reservation.periode).objects.update(acceptation="automatique", annulation="manuelle")
    reservation.periode.refresh_from_db()
    choisir(reservation, "Matin")
    envoyer(reservation, parent)
    choisir(reservation, decocher=["Matin"])
    envoyer(reservation, parent)
    choisir(reservation, "Journée")
    envoyer(reservation, parent)
    assert retenues(refuser("Matin")) == [("Matin", MotifRefus.INCOMPATIBLE)]
    assert Presence.objects.get(creneau__prestation__nom_court="Matin").etat == "annulation_demandee"


def test_the_agent_reads_why_the_answer_waits(client, commune, reservation, parent, centre):
    synchroniser()
    choisir(reservation, "Matin", "Repas")
    envoyer(reservation, parent)
    client.force_login(membre_du_personnel("agent"))
    champs = {"action": "refuser_les_jours", ACTION_CHECKBOX_NAME: ids("Matin"), "confirmer": "oui", "motif": "Non."}
    adresse = reverse("admin:reservations_presence_changelist") + "?quand=tous"
    html = client.post(adresse, champs, follow=True).content.decode()
    assert "Toujours en attente, faute de pouvoir refuser" in html
    assert "(un autre choix du même jour en a besoin\u00a0: répondez aux deux ensemble)" in html


def au_nom_de(reservation, ajouts=(), retraits=()):
    """``ajouts`` and ``retraits``: (short name, day of January)."""

    def creneaux(voulus):
        return [
            Creneau.objects.select_related("prestation").get(prestation__nom_court=nom, jour=f"2018-01-{jour}")
            for nom, jour in voulus
        ]

    return actions.agir_au_nom_de(
        reservation=reservation,
        ajouts=creneaux(ajouts),
        retraits=creneaux(retraits),
        motif="Appel de la mère.",
        agent=FabriqueUtilisateur(agent=True),
        hors_delai=False,
        cle=uuid.uuid4(),
        maintenant=MERCREDI,
    )


def acceptees(reservation):
    lues = Presence.objects.filter(reservation=reservation, etat="acceptee")
    return set(lues.values_list("creneau__prestation__nom_court", "creneau__jour__day"))


def test_the_service_books_moves_and_cancels_what_goes_together_at_once(reservation, parent, centre):
    choisir(reservation, "Repas")
    au_nom_de(reservation, [("Journée", 15)])
    assert acceptees(reservation) == {("Journée", 15), ("Repas", 15)}
    au_nom_de(reservation, [("Journée", 16)], [("Journée", 15)])
    assert acceptees(reservation) == {("Journée", 16), ("Repas", 16)}
    with pytest.raises(JourRefuse):
        au_nom_de(reservation, retraits=[("Repas", 16)])
    au_nom_de(reservation, retraits=[("Journée", 16)])
    assert acceptees(reservation) == set()


def test_days_are_judged_one_by_one(reservation, parent, centre):
    choisir(reservation, "Repas")
    choisir(reservation, "Matin", "Repas", jour=16)
    demande = envoyer(reservation, parent)
    assert sorted((une.creneau.jour.day, une.motifs) for une in demande.lignes.all()) == [
        (15, ["choix_manquant"]),
        (16, []),
        (16, []),
    ]


def test_the_same_pair_of_prestations_is_linked_once(centre):
    lien = LienPrestation(prestation=centre["Repas"], genre="exclut", autre=centre["Matin"])
    with pytest.raises(Exception, match="déjà liées"):
        lien.validate_constraints()
