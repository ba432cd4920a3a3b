import datetime

import pytest
from django.urls import reverse

from enfants.actions import sante
from enfants.models import PersonneAutorisee
from portail.roles import synchroniser
from tests.fabriques import FabriqueEnfant, FabriqueFamille, FabriqueResponsable, instant, membre_du_personnel

MAINTENANT = instant(2018, 2, 15, 10)


def page_de(enfant):
    """Address of a child in the staff's site."""
    return reverse("admin:enfants_enfant_change", args=[enfant.pk])


@pytest.fixture
def agent(commune):
    synchroniser()
    return membre_du_personnel("agent")


@pytest.fixture
def direction(commune):
    synchroniser()
    return membre_du_personnel("direction")


@pytest.fixture
def en_2018(time_machine):
    """The clock of the tutorial."""
    time_machine.move_to(MAINTENANT, tick=False)


@pytest.fixture
def lea(famille):
    """A sister in the same household."""
    return FabriqueEnfant(famille=famille, nom="AABELIUM", prenom="LÉA", date_naissance=datetime.date(2013, 5, 4))


@pytest.fixture
def autre_foyer(baptiste):
    """The father's household: Baptiste belongs to it too. What begins with ``PERE`` is not for the mother."""
    from enfants.models import Rattachement

    foyer = FabriqueFamille(
        nom="PERE-NOM",
        code="F00009",
        adresse="3 rue PERE-ADRESSE",
        telephone="02 99 00 PERE",
        note_interne="PERE-NOTE",
    )
    FabriqueResponsable(
        famille=foyer, prenom="PERE-PRENOM", telephone_mobile="06 PERE", profession="PERE-METIER", civilite="m"
    )
    Rattachement.objects.create(enfant=baptiste, famille=foyer)
    return foyer


@pytest.fixture
def pere(autre_foyer):
    return autre_foyer.responsables.get().utilisateur


@pytest.fixture
def mamie(baptiste, famille):
    return PersonneAutorisee.objects.create(
        enfant=baptiste, famille=famille, nom="KERVELLA", prenom="Odile", lien="grand-mère", telephone="06 11 22 33 44"
    )


@pytest.fixture
def fiche(baptiste, famille, parent):
    """A health sheet whose every value is a canary."""
    return sante.enregistrer_sante(
        enfant=baptiste,
        famille=famille,
        auteur=parent,
        version=0,
        maintenant=MAINTENANT,
        valeurs={
            "allergies": "CANARI-allergie",
            "antecedents": "CANARI-antecedent",
            "traitements": "CANARI-traitement",
            "recommandations": "CANARI-recommandation",
            "medecin_nom": "CANARI-medecin",
            "medecin_telephone": "02 40 00 00 00",
            "pai": True,
            "pai_consigne": "CANARI-consigne",
            "pai_jusqu_au": datetime.date(2018, 8, 31),
        },
    )
