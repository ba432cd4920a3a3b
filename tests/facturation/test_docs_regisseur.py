"""The table of ``docs/regisseur-et-comptable.md`` that says which days are billed is what billing does."""

from facturation.enums import ETATS_FACTURABLES
from reservations.enums import EtatPresence
from tests.documentation import cellules
from tests.services import RACINE

PAGE = RACINE / "docs" / "regisseur-et-comptable.md"
#: The other rows speak of prices and of debtors.
NOMBRE_DE_LIGNES_D_ETATS = 3


def test_each_state_of_a_day_is_billed_or_not_as_the_guide_says():
    facture = {
        mot: ligne["Facturé ?"]
        for ligne in cellules(PAGE, "Facturer")[:NOMBRE_DE_LIGNES_D_ETATS]
        for mot in ligne["Jour"].split(", ")
    }
    assert facture.keys() == {etat.label for etat in EtatPresence}
    assert {mot for mot, reponse in facture.items() if reponse == "oui"} == {etat.label for etat in ETATS_FACTURABLES}
