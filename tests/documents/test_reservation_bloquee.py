"""A booking, for real, with the doors of the settings: what is missing stops it by name, and sending it is enough."""

import pytest

from documents.models import PieceRequise
from reservations.erreurs import ReservationBloquee
from reservations.models import Presence
from tests.documents.fabriques import FabriqueDocument, FabriqueType
from tests.fabriques import FabriqueEtablissement
from tests.reservations.gestes import inscrire

pytestmark = pytest.mark.django_db


@pytest.fixture
def assurance(parent, commune):
    type_document = FabriqueType(nom="Attestation d’assurance")
    PieceRequise.objects.create(type=type_document, bloquante=True)
    return type_document


def test_a_missing_piece_stops_the_booking_and_names_it(assurance, famille, baptiste):
    with pytest.raises(ReservationBloquee) as refus:
        inscrire(famille, baptiste, FabriqueEtablissement())
    (blocage,) = refus.value.blocages
    assert blocage.phrase == "Il manque «\u202fAttestation d’assurance\u202f» de BAPTISTE."
    assert blocage.lien.startswith("/documents/ajouter/?type=")
    assert not Presence.objects.exists()


def test_once_sent_the_same_booking_passes(assurance, famille, baptiste):
    FabriqueDocument(famille=famille, enfant=baptiste, type=assurance)
    inscrire(famille, baptiste, FabriqueEtablissement())
    assert Presence.objects.count() == 1


def test_a_piece_that_does_not_block_only_stays_owed(assurance, famille, baptiste):
    PieceRequise.objects.update(bloquante=False)
    inscrire(famille, baptiste, FabriqueEtablissement())
    assert Presence.objects.count() == 1
