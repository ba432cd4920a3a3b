"""``manage.py demo``: when it refuses, what it leaves, and that it is the same each time."""

import hashlib
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from enfants.models import Enfant
from facturation.models import Facture, Paiement
from familles.models import Famille, QuotientFamilial, Responsable, Utilisateur
from portail.demonstration import MOT_DE_PASSE, ville
from portail.roles import Role
from reservations.models import Creneau, Demande, Presence

pytestmark = pytest.mark.django_db


def lancer(*, familles=4, graine=3, jour="2026-11-24"):
    sortie = StringIO()
    call_command("demo", f"--familles={familles}", f"--graine={graine}", f"--jour={jour}", stdout=sortie)
    return sortie.getvalue()


def empreinte():
    """Hash what a town holds, without the numbers that the database gives and the salted passwords."""
    lignes = [
        *Utilisateur.objects.order_by("email").values_list("cle", "email", "nom", "date_joined"),
        *Famille.objects.order_by("code").values_list("cle", "code", "nom", "adresse"),
        *Responsable.objects.order_by("cle").values_list("cle", "prenom", "telephone_mobile"),
        *QuotientFamilial.objects.order_by("famille__code", "du").values_list("famille__code", "valeur", "du"),
        *Enfant.objects.order_by("cle").values_list("cle", "nom", "prenom", "date_naissance", "niveau"),
        *Creneau.objects.order_by("prestation__cle", "jour").values_list("prestation__cle", "jour", "places_prises"),
        *Demande.objects.order_by("cle").values_list("cle", "rang", "envoyee_le"),
        *Facture.objects.order_by("numero").values_list("cle", "numero", "montant", "montant_regle", "famille__code"),
        *Paiement.objects.order_by("cle").values_list("cle", "numero", "montant", "recu_le", "reference"),
        *Presence.objects.order_by("cle").values_list("cle", "enfant__cle", "creneau__jour", "etat", "modifiee_le"),
    ]
    return hashlib.sha256(repr(lignes).encode()).hexdigest()


def empreinte_d_une_ville(**options):
    with transaction.atomic():
        lancer(**options)
        trouvee = empreinte()
        transaction.set_rollback(True)
    return trouvee


def test_the_same_seed_and_day_give_the_same_town():
    assert empreinte_d_une_ville(graine=3) == empreinte_d_une_ville(graine=3)


def test_another_seed_gives_another_town():
    assert empreinte_d_une_ville(graine=3) != empreinte_d_une_ville(graine=4)


def test_a_slow_machine_may_draw_its_files_for_longer_than_a_client_may_be_silent(monkeypatch):
    """The server ends a silent transaction after thirty seconds, and the whole town with it."""
    lus = []

    def lire(maintenant):
        with connection.cursor() as curseur:
            for delai in ("statement_timeout", "idle_in_transaction_session_timeout"):
                curseur.execute(f"SHOW {delai}")
                lus.append(curseur.fetchone()[0])
        raise InterruptedError

    monkeypatch.setattr(ville, "charger_telechargements", lire)
    with pytest.raises(InterruptedError):
        lancer()
    assert lus == ["0", "0"]


def test_outside_of_the_demonstration_it_refuses_and_writes_nothing(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO"):
        lancer()
    assert not Utilisateur.objects.exists()


def test_a_second_run_says_so_and_changes_nothing():
    lancer()
    avant = empreinte()
    assert "rien n'a été changé" in lancer(graine=9)
    assert empreinte() == avant


def test_a_town_in_use_is_left_alone(famille):
    assert "rien n'a été changé" in lancer()
    assert Famille.objects.get() == famille


def test_it_prints_the_password_of_every_demonstration_login():
    assert f"Mot de passe : {MOT_DE_PASSE}\n" in lancer()
    for nom in ("famille.aabelium", "agent", "direction", "regisseur", "comptable", "admin"):
        utilisateur = authenticate(email=f"{nom}@exemple.fr", password=MOT_DE_PASSE)
        assert EmailAddress.objects.filter(user=utilisateur, verified=True, primary=True).exists()


def test_the_staff_have_their_roles():
    lancer()
    roles = dict(Utilisateur.objects.filter(is_staff=True).values_list("email", "groups__name"))
    assert roles == {
        "agent@exemple.fr": Role.AGENT,
        "direction@exemple.fr": Role.DIRECTION,
        "regisseur@exemple.fr": Role.REGISSEUR,
        "comptable@exemple.fr": Role.COMPTABLE,
        "admin@exemple.fr": Role.ADMINISTRATEUR,
    }
    assert Utilisateur.objects.get(email="agent@exemple.fr").has_perm("familles.change_famille")


@pytest.mark.parametrize("familles", ["0", "-1", "beaucoup", "999999"])
def test_a_nonsensical_number_of_households_is_refused(familles):
    with pytest.raises(CommandError, match="familles"):
        lancer(familles=familles)


def test_a_nonsensical_day_is_refused():
    with pytest.raises(CommandError, match="AAAA-MM-JJ"):
        lancer(jour="31/12/2026")


@pytest.mark.parametrize("jour", ["2026-01-05", "2026-02-28", "2026-07-20", "2026-08-31", "2026-09-02", "2028-02-29"])
def test_it_loads_at_any_time_of_the_year(jour):
    lancer(familles=2, jour=jour)
    assert Presence.objects.a_traiter().exists()
