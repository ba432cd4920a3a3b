"""Absences: declared after the deadline to cancel, with a piece if asked; justified, they are not billed."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from documents.models import TypeDocument
from facturation.enums import ETATS_FACTURABLES
from portail.commun.erreurs import RefusMetier
from portail.commun.models import Courriel, Trace
from reservations import actions
from reservations.enums import EtatPresence, MotifRefus
from reservations.models import DeclarationAbsence, MotifAbsence, Periode, Presence, RegleParticuliere
from reservations.regles.absences import limite_de_declaration, motifs_de_refus_absence
from tests.documents.fabriques import envoi
from tests.fabriques import FabriqueRegle, FabriqueUtilisateur, instant
from tests.reservations.gestes import declarer, envoyer, places_coherentes

#: Tuesday 16 at noon closes the cancellation of Thursday 18.
MERCREDI_17 = instant(2018, 1, 17, 8)


@pytest.fixture
def jour(reservation, parent):
    """Thursday 18, accepted."""
    Periode.objects.update(acceptation="automatique", annulation="automatique")
    reservation.periode.refresh_from_db()
    envoyer(reservation, parent, 18)
    return Presence.objects.get(reservation=reservation)


@pytest.fixture
def malade(db):
    return MotifAbsence.objects.create(
        nom="Enfant malade", type_piece=TypeDocument.objects.create(nom="Certificat médical")
    )


@pytest.fixture
def greve(db):
    return MotifAbsence.objects.create(nom="Enseignant absent", traitement="justifiee", delai_jours_apres=0)


def declarer_le_17(jour, motif, parent, maintenant=MERCREDI_17):
    return actions.declarer_absence(presence=jour, motif=motif, precision="", auteur=parent, maintenant=maintenant)


def etat(jour):
    return Presence.objects.get(pk=jour.pk).etat


# --- rules ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("jour", "propre", "apres", "limite"),
    [
        (datetime.date(2018, 1, 18), None, 0, instant(2018, 1, 18, 23, 59)),
        (datetime.date(2018, 1, 18), None, 2, instant(2018, 1, 20, 23, 59)),
        (datetime.date(2018, 1, 18), instant(2018, 1, 18, 9), 2, instant(2018, 1, 18, 9)),
        # The clock moves forward that night.
        (datetime.date(2018, 3, 24), None, 1, instant(2018, 3, 25, 23, 59)),
    ],
)
def test_the_limit_is_the_rule_of_the_periode_or_some_days_after(jour, propre, apres, limite):
    assert limite_de_declaration(jour, propre, apres) == limite


@pytest.mark.parametrize(
    ("etat", "constats", "motifs"),
    [
        ("acceptee", {}, []),
        ("absente_injustifiee", {}, []),
        ("demandee", {}, [MotifRefus.ABSENCE_IMPOSSIBLE]),
        ("presente", {}, [MotifRefus.ABSENCE_IMPOSSIBLE]),
        ("acceptee", {"deja_declaree": True}, [MotifRefus.ABSENCE_DEJA_DECLAREE]),
        ("acceptee", {"annulable": True}, [MotifRefus.ENCORE_ANNULABLE]),
        ("acceptee", {"maintenant": instant(2018, 1, 20, 12)}, []),
        ("acceptee", {"maintenant": instant(2018, 1, 20, 12, 1)}, [MotifRefus.HORS_DELAI_ABSENCE]),
    ],
)
def test_all_the_reasons_of_a_refusal_are_told(etat, constats, motifs):
    defaut = {"deja_declaree": False, "annulable": False, "maintenant": MERCREDI_17}
    limite = instant(2018, 1, 20, 12)
    assert motifs_de_refus_absence(EtatPresence(etat), limite=limite, **(defaut | constats)) == motifs


# --- the gesture ---------------------------------------------------------------------------------------------------


def test_an_absence_that_an_agent_examines_changes_nothing_until_the_answer(jour, malade, parent):
    declaration = declarer_le_17(jour, malade, parent)
    assert (declaration.etat, declaration.traitee_le) == ("a_examiner", None)
    assert etat(jour) == "acceptee"
    courriel = Courriel.objects.get(nom="absence")
    assert "Il manque une pièce" in courriel.texte
    assert "le jour reste dû" in courriel.texte
    assert Trace.objects.filter(geste="reservation.absence_declaree").count() == 1


def test_a_reason_that_justifies_by_itself_frees_the_family_of_the_day(jour, greve, parent):
    declarer_le_17(jour, greve, parent)
    assert etat(jour) == "absente_justifiee"
    assert EtatPresence(etat(jour)) not in ETATS_FACTURABLES
    assert "ne vous sera pas facturé" in Courriel.objects.get(nom="absence").texte
    assert places_coherentes(jour.reservation.periode)


def test_a_reason_that_does_not_justify_leaves_the_day_due(jour, parent):
    motif = MotifAbsence.objects.create(nom="Convenance", traitement="non_justifiee")
    assert declarer_le_17(jour, motif, parent).etat == "non_justifiee"
    assert EtatPresence(etat(jour)) in ETATS_FACTURABLES


def test_a_day_that_can_still_be_cancelled_is_cancelled_rather(jour, greve, parent):
    with pytest.raises(RefusMetier) as refus:
        declarer_le_17(jour, greve, parent, maintenant=instant(2018, 1, 16, 12))
    assert refus.value.motifs == [MotifRefus.ENCORE_ANNULABLE]
    assert not DeclarationAbsence.objects.exists()


def test_the_rule_of_the_periode_for_absences_is_enforced(jour, malade, parent):
    matin = FabriqueRegle(nom="Le matin à 9 h", nombre=0, type_jours="calendaires", heure=datetime.time(9))
    RegleParticuliere.objects.create(periode=jour.reservation.periode, geste="absence", regle=matin)
    with pytest.raises(RefusMetier, match="hors_delai_absence"):
        declarer_le_17(jour, malade, parent, maintenant=instant(2018, 1, 18, 9, 1))
    declarer_le_17(jour, malade, parent, maintenant=instant(2018, 1, 18, 9))


def test_the_same_day_is_not_declared_twice(jour, malade, greve, parent):
    declarer_le_17(jour, malade, parent)
    with pytest.raises(RefusMetier, match="absence_deja_declaree"):
        declarer_le_17(jour, greve, parent)


def test_a_declaration_that_waits_is_taken_back(jour, malade, parent):
    declaration = declarer_le_17(jour, malade, parent)
    actions.retirer_absence(declaration=declaration, auteur=parent, maintenant=MERCREDI_17)
    assert DeclarationAbsence.objects.get().etat == "retiree"
    declarer_le_17(jour, malade, parent)


def test_a_justified_absence_is_taken_back_before_the_day_only(jour, greve, parent):
    declaration = declarer_le_17(jour, greve, parent)
    with pytest.raises(RefusMetier):
        actions.retirer_absence(declaration=declaration, auteur=parent, maintenant=instant(2018, 1, 18, 7))
    actions.retirer_absence(declaration=declaration, auteur=parent, maintenant=MERCREDI_17)
    assert etat(jour) == "acceptee"


# --- the answer ----------------------------------------------------------------------------------------------------


@pytest.fixture
def agent(db):
    return FabriqueUtilisateur(agent=True)


def test_an_agent_justifies(jour, malade, parent, agent):
    declaration = declarer_le_17(jour, malade, parent)
    bilan = actions.justifier_absences(declarations=[declaration.pk], agent=agent, maintenant=MERCREDI_17)
    assert bilan.traitees == 1
    assert etat(jour) == "absente_justifiee"
    assert Courriel.objects.filter(nom="absence", sujet__contains="est justifiée").count() == 1


@pytest.mark.parametrize(("maintenant", "apres"), [(17, "acceptee"), (18, "absente_injustifiee")])
def test_an_agent_refuses_with_a_reason(jour, malade, parent, agent, maintenant, apres):
    declaration = declarer_le_17(jour, malade, parent)
    actions.refuser_absences(
        declarations=[declaration.pk],
        motif="Le certificat manque.",
        agent=agent,
        maintenant=instant(2018, 1, maintenant, 10),
    )
    assert etat(jour) == apres
    assert "Le certificat manque." in Courriel.objects.latest("pk").texte


def test_a_refusal_needs_a_reason(jour, malade, parent, agent):
    declaration = declarer_le_17(jour, malade, parent)
    with pytest.raises(ValueError, match="se motive"):
        actions.refuser_absences(declarations=[declaration.pk], motif=" ", agent=agent, maintenant=MERCREDI_17)


def test_a_declaration_is_decided_once_and_not_against_what_was_seen(jour, malade, parent, agent):
    declaration = declarer_le_17(jour, malade, parent)
    Presence.objects.update(etat="presente")
    bilan = actions.justifier_absences(declarations=[declaration.pk], agent=agent, maintenant=MERCREDI_17)
    assert (bilan.traitees, [une.pk for une in bilan.ignorees]) == (0, [declaration.pk])
    assert etat(jour) == "presente"


@pytest.mark.parametrize(
    "champs", [{"etat": "justifiee"}, {"etat": "a_examiner", "traitee_le": MERCREDI_17}], ids=["sans date", "datée"]
)
def test_the_database_dates_what_is_decided_and_nothing_else(jour, parent, champs):
    with pytest.raises(IntegrityError, match="absence_traitee_a_une_date"), transaction.atomic():
        declarer(jour, parent, **champs)


def test_the_database_keeps_one_declaration_for_a_day(jour, parent):
    declarer(jour, parent)
    with pytest.raises(IntegrityError, match="absence_unique_par_jour"), transaction.atomic():
        declarer(jour, parent)


# --- pages ---------------------------------------------------------------------------------------------------------


def test_a_parent_declares_from_the_page(client, jour, greve, parent, time_machine):
    time_machine.move_to(MERCREDI_17)
    client.force_login(parent)
    adresse = reverse("reservations:absence", args=[jour.cle])
    assert "Enseignant absent" in client.get(adresse).text
    reponse = client.post(adresse, {"motif": greve.cle, "cle_envoi": jour.cle}, follow=True)
    assert "ne vous sera pas facturé" in reponse.text
    assert etat(jour) == "absente_justifiee"


def test_a_form_without_a_reason_says_so_beside_the_field(client, jour, greve, parent, time_machine):
    time_machine.move_to(MERCREDI_17)
    client.force_login(parent)
    reponse = client.post(reverse("reservations:absence", args=[jour.cle]), {"precision": "fièvre"})
    assert "Choisissez un motif." in reponse.text
    assert "fièvre" in reponse.text


def test_the_page_asks_for_the_piece_until_it_is_joined(client, jour, malade, parent, time_machine, settings, tmp_path):
    settings.DOSSIER_DONNEES = tmp_path
    time_machine.move_to(MERCREDI_17)
    client.force_login(parent)
    declarer_le_17(jour, malade, parent)
    adresse = reverse("reservations:absence", args=[jour.cle])
    assert "Sans elle, l’absence n’est pas justifiée." in client.get(adresse).text
    piece = {"fichiers": [envoi()], "cle_envoi": jour.cle}
    html = client.post(reverse("reservations:joindre_absence", args=[jour.cle]), piece, follow=True).text
    assert "La pièce est jointe. Un agent l’examine." in html
    assert "Remplacer la pièce jointe" in html
    assert "Sans elle" not in html


def test_before_the_deadline_the_page_leads_to_the_cancellation(client, jour, greve, parent, time_machine):
    time_machine.move_to(instant(2018, 1, 15, 8))
    client.force_login(parent)
    reponse = client.get(reverse("reservations:absence", args=[jour.cle]))
    assert reverse("reservations:annuler_jour", args=[jour.cle]) in reponse.text


def test_one_day_is_cancelled_from_the_reservation(client, jour, parent, time_machine):
    time_machine.move_to(instant(2018, 1, 15, 8))
    client.force_login(parent)
    detail = client.get(reverse("reservations:detail", args=[jour.reservation.cle]))
    adresse = reverse("reservations:annuler_jour", args=[jour.cle])
    assert adresse in detail.text
    assert "mardi 16/01 à 12\xa0h" in client.get(adresse).text.replace(" à\xa0", " à ")
    cle = jour.cle
    for _ in range(2):
        client.post(adresse, {"cle": cle})
    assert etat(jour) == "annulee"
    assert jour.reservation.demandes.count() == 2


def test_after_the_deadline_the_page_leads_to_the_absence(client, jour, parent, time_machine):
    time_machine.move_to(MERCREDI_17)
    client.force_login(parent)
    adresse = reverse("reservations:annuler_jour", args=[jour.cle])
    assert reverse("reservations:absence", args=[jour.cle]) in client.get(adresse).text
    reponse = client.post(adresse, {"cle": jour.cle}, follow=True)
    assert "La limite pour annuler ce jour est dépassée." in reponse.text
    assert etat(jour) == "acceptee"
    assert jour.reservation.demandes.count() == 1


@pytest.mark.parametrize(
    ("suite", "maintenant", "attendu"),
    [
        ("refus", instant(2018, 1, 18, 9), "justifiee"),
        ("refus", instant(2018, 1, 18, 9, 1), None),
        ("agent", instant(2018, 1, 18, 9), "justifiee"),
        ("agent", instant(2018, 1, 18, 9, 1), "a_examiner"),
        ("agent", instant(2018, 1, 18, 23, 59), "a_examiner"),
        ("agent", instant(2018, 1, 19, 0), None),
    ],
)
def test_after_its_own_deadline_an_absence_is_refused_or_heard(jour, greve, parent, suite, maintenant, attendu):
    """Until 9 h the reason decides; then an agent, until the last day that the reason leaves."""
    regle = FabriqueRegle(nom="Le matin même, 9 h", nombre=0, heure=datetime.time(9))
    RegleParticuliere.objects.create(periode=jour.reservation.periode, geste="absence", regle=regle, apres_delai=suite)
    if attendu is None:
        with pytest.raises(RefusMetier) as refus:
            declarer_le_17(jour, greve, parent, maintenant)
        assert refus.value.motifs == [MotifRefus.HORS_DELAI_ABSENCE]
    else:
        assert declarer_le_17(jour, greve, parent, maintenant).etat == attendu
