from datetime import date, timedelta

import pytest

from documents.enums import EtatDocument, EtatPiece, Validite
from documents.regles import PREAVIS, Envoi, concerne, fin_de_validite, situation

JOUR = date(2018, 1, 15)
HIER, DEMAIN = JOUR - timedelta(days=1), JOUR + timedelta(days=1)
ENVOYE, VALIDE, REFUSE = EtatDocument.ENVOYE, EtatDocument.VALIDE, EtatDocument.REFUSE


@pytest.mark.parametrize(
    ("envois", "attendu"),
    [
        ([], EtatPiece.A_FOURNIR),
        ([Envoi(1, ENVOYE)], EtatPiece.ENVOYE),
        ([Envoi(1, VALIDE)], EtatPiece.VALIDE),
        ([Envoi(1, VALIDE, HIER)], EtatPiece.EXPIRE),
        ([Envoi(1, VALIDE, JOUR)], EtatPiece.EXPIRE_BIENTOT),
        ([Envoi(1, VALIDE, JOUR + PREAVIS)], EtatPiece.EXPIRE_BIENTOT),
        ([Envoi(1, VALIDE, JOUR + PREAVIS + timedelta(days=1))], EtatPiece.VALIDE),
        ([Envoi(1, REFUSE, motif_refus="Floue")], EtatPiece.REFUSE),
        ([Envoi(1, REFUSE, motif_refus="Floue"), Envoi(2, ENVOYE)], EtatPiece.ENVOYE),
        ([Envoi(1, VALIDE, HIER), Envoi(2, ENVOYE)], EtatPiece.ENVOYE),
        ([Envoi(1, VALIDE, HIER), Envoi(2, REFUSE, motif_refus="Floue")], EtatPiece.REFUSE),
        ([Envoi(1, VALIDE), Envoi(2, REFUSE, motif_refus="Floue")], EtatPiece.VALIDE),
        ([Envoi(1, VALIDE, DEMAIN), Envoi(2, VALIDE)], EtatPiece.VALIDE),
    ],
)
def test_the_best_sending_decides(envois, attendu):
    assert situation(envois, JOUR).etat == attendu


def test_a_newer_sending_is_told_while_the_old_one_is_still_good():
    assert situation([Envoi(1, VALIDE, DEMAIN), Envoi(2, ENVOYE)], JOUR).nouvel_envoi
    assert not situation([Envoi(2, VALIDE, DEMAIN), Envoi(1, ENVOYE)], JOUR).nouvel_envoi


@pytest.mark.parametrize(
    ("age", "bornes", "exige", "accueils", "attendu"),
    [
        (7, (None, None), None, set(), True),
        (7, (7, 7), None, set(), True),
        (6, (7, None), None, set(), False),
        (8, (None, 7), None, set(), False),
        (7, (None, None), "alsh", {"alsh"}, True),
        (7, (None, None), "alsh", {"cantine"}, False),
        (None, (3, 11), None, set(), True),
    ],
)
def test_a_requirement_applies_by_age_and_accueil(age, bornes, exige, accueils, attendu):
    assert concerne(age=age, age_minimum=bornes[0], age_maximum=bornes[1], exige=exige, accueils=accueils) is attendu


@pytest.mark.parametrize(
    ("validite", "mois", "jour", "fin"),
    [
        (Validite.PERMANENTE, None, JOUR, None),
        (Validite.DATE, None, JOUR, None),
        (Validite.ANNEE_SCOLAIRE, None, JOUR, date(2018, 8, 31)),
        (Validite.ANNEE_SCOLAIRE, None, date(2018, 5, 31), date(2018, 8, 31)),
        (Validite.ANNEE_SCOLAIRE, None, date(2018, 6, 1), date(2019, 8, 31)),
        (Validite.ANNEE_SCOLAIRE, None, date(2018, 12, 31), date(2019, 8, 31)),
        (Validite.MOIS, 12, JOUR, date(2019, 1, 14)),
        (Validite.MOIS, 1, date(2018, 1, 31), date(2018, 2, 27)),
        (Validite.MOIS, 3, date(2018, 11, 30), date(2019, 2, 27)),
    ],
)
def test_the_end_of_a_piece_follows_its_type(validite, mois, jour, fin):
    assert fin_de_validite(validite, mois, jour) == fin
