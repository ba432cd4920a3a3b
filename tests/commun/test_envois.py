from datetime import timedelta
from uuid import uuid4

import pytest

from portail.commun.envois import est_le_premier
from tests.fabriques import FabriqueUtilisateur, instant

pytestmark = pytest.mark.django_db


def test_the_key_of_a_form_counts_once_for_the_person_and_the_gesture():
    maintenant = instant(2018, 1, 10, 9)
    ana, bob, cle = FabriqueUtilisateur(), FabriqueUtilisateur(), uuid4()
    un = {"cle": cle, "geste": "document.envoye", "maintenant": maintenant}
    assert est_le_premier(utilisateur=ana, **un)
    assert not est_le_premier(utilisateur=ana, **un | {"maintenant": maintenant + timedelta(minutes=1)})
    # The same key in another person's page, or in another form, is theirs.
    assert est_le_premier(utilisateur=bob, **un)
    assert est_le_premier(utilisateur=ana, **un | {"geste": "paiement.saisi"})
