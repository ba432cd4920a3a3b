"""Logins of the demonstration: one hash for all of them, addresses confirmed, roles of the staff."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from familles.models import Utilisateur
from portail.demonstration import MOT_DE_PASSE
from portail.demonstration.hasard import Tirage
from portail.roles import Role, synchroniser

#: Address -> name shown, role.
PERSONNEL = {
    "agent@exemple.fr": ("Armelle", "LE GUEN", Role.AGENT),
    "direction@exemple.fr": ("Mickaël", "ROBIC", Role.DIRECTION),
    "regisseur@exemple.fr": ("Nadine", "COUËDEL", Role.REGISSEUR),
    "comptable@exemple.fr": ("Gérard", "PLISSON", Role.COMPTABLE),
    "admin@exemple.fr": ("Isabelle", "TANGUY", Role.ADMINISTRATEUR),
}


class Connexions:
    """Makes logins without writing them, then writes them all at once."""

    def __init__(self, *, graine: int, maintenant: datetime) -> None:
        self.tirage = Tirage(graine, "connexions")
        self.maintenant = maintenant
        # Hashing costs 24 ms on purpose; the password is the same for all.
        self.mot_de_passe = make_password(MOT_DE_PASSE)
        self.utilisateurs: list[Utilisateur] = []
        self.non_confirmees: set[str] = set()

    def nouvelle(
        self, email: str, prenom: str, nom: str, *, staff: bool = False, confirmee: bool = True
    ) -> Utilisateur:
        utilisateur = Utilisateur(
            cle=self.tirage.cle(),
            email=email,
            prenom=prenom,
            nom=nom,
            is_staff=staff,
            password=self.mot_de_passe,
            date_joined=self.maintenant - timedelta(days=self.tirage.randrange(200, 900)),
        )
        self.utilisateurs.append(utilisateur)
        if not confirmee:
            self.non_confirmees.add(email)
        return utilisateur

    def personnel(self) -> dict[Role, Utilisateur]:
        """Make the logins of the staff and write them with their roles."""
        agents = {
            role: self.nouvelle(email, prenom, nom, staff=True) for email, (prenom, nom, role) in PERSONNEL.items()
        }
        self.ecrire()
        synchroniser()
        groupes = Group.objects.in_bulk([role.value for role in agents], field_name="name")
        lien = Utilisateur.groups.through
        lien.objects.bulk_create(lien(utilisateur=agents[role], group=groupes[role.value]) for role in agents)
        return agents

    def ecrire(self) -> None:
        """Write what was made since the last call."""
        Utilisateur.objects.bulk_create(self.utilisateurs, batch_size=2000)
        EmailAddress.objects.bulk_create(
            (
                EmailAddress(
                    user=utilisateur,
                    email=utilisateur.email,
                    primary=True,
                    verified=utilisateur.email not in self.non_confirmees,
                )
                for utilisateur in self.utilisateurs
            ),
            batch_size=2000,
        )
        self.utilisateurs = []
