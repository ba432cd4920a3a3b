"""Two answers at the same instant, on real connections."""

import threading

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from enfants.models import Enfant
from familles.models import Famille, Utilisateur
from inscriptions.actions import examen
from inscriptions.erreurs import DossierRefuse
from inscriptions.models import DossierInscription
from tests.fabriques import FabriqueUtilisateur
from tests.inscriptions import fabriques
from tests.inscriptions.fabriques import COURRIEL


def accepter_ensemble(dossier):
    """Two agents press the button at the same instant; return how each of them ended, sorted."""
    agents = [FabriqueUtilisateur(agent=True) for _ in range(2)]
    issues, depart = [], threading.Barrier(2)

    def accepter_aussi(agent):
        try:
            depart.wait()
            examen.accepter(
                dossier=DossierInscription.objects.get(pk=dossier.pk),
                residente=True,
                comptes=list(dossier.adultes.all()),
                connus={},
                agent=agent,
                maintenant=timezone.now(),
            )
            issues.append("faite")
        except DossierRefuse:
            issues.append("refusee")
        finally:
            connection.close()

    fils = [threading.Thread(target=accepter_aussi, args=[agent]) for agent in agents]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    return sorted(issues)


@pytest.mark.django_db(transaction=True)
def test_two_agents_who_accept_together_make_one_household(commune):
    assert accepter_ensemble(fabriques.dossier(envoye=True)) == ["faite", "refusee"]
    assert (Famille.objects.count(), Enfant.objects.count()) == (1, 1)
    assert Utilisateur.objects.filter(email=COURRIEL).count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_two_households_are_made(commune, monkeypatch):
    """Negative control: the race exists, the test above would see it."""
    lus = threading.Barrier(2)

    def lire_sans_verrou(dossier):
        lus.wait()
        return dossier

    monkeypatch.setattr(examen, "_verrouiller", lire_sans_verrou)
    assert accepter_ensemble(fabriques.dossier(envoye=True)) == ["faite", "faite"]
    assert Famille.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_files_accepted_together_get_two_codes(commune):
    agent = FabriqueUtilisateur(agent=True)
    dossiers = [fabriques.dossier(envoye=True, courriel=f"d{rang}@exemple.fr") for rang in range(2)]
    fautes, depart = [], threading.Barrier(2)

    def accepter_l_un(dossier):
        try:
            depart.wait()
            examen.accepter(
                dossier=dossier, residente=True, comptes=[], connus={}, agent=agent, maintenant=timezone.now()
            )
        except IntegrityError as faute:
            fautes.append(faute)
        finally:
            connection.close()

    fils = [threading.Thread(target=accepter_l_un, args=[dossier]) for dossier in dossiers]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert fautes == []
    assert len(set(Famille.objects.values_list("code", flat=True))) == 2
