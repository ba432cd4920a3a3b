"""What becomes of a household, its adults and their logins when it is exported or erased."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.models import Session
from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from familles.champs import ADRESSE, ADULTE
from portail.commun.donnees import Politique, Sort, hors_foyer

COMPTE = "Le compte est fermé : plus personne ne s’y connecte."


def _fermer(sessions: QuerySet[Any]) -> None:
    Session.objects.filter(session_key__in=list(sessions.values_list("session_key", flat=True))).delete()


POLITIQUES = [
    Politique(
        "familles.Certification",
        Sort.EFFACER,
        "Dit par la famille, sans objet après elle.",
        lambda p: Q(famille=p.famille),
        exporte=("campagne.libelle", "le"),
        tus=("famille", "auteur", "campagne"),
    ),
    Politique(
        "familles.Modification",
        Sort.EFFACER,
        "Anciennes et nouvelles valeurs de la fiche.",
        lambda p: Q(famille=p.famille),
        exporte=("le", "objet_libelle", "libelle", "avant", "apres", "etat", "motif"),
        tus=("famille", "champ", "objet_cle", "valeur", "auteur", "vue_le", "traitee_le", "traitee_par"),
    ),
    Politique(
        "familles.QuotientFamilial",
        Sort.EFFACER,
        "Ressources de la famille ; les factures gardent l’explication de leur prix.",
        lambda p: Q(famille=p.famille),
        exporte=("valeur", "du", "au", "source", "cree_le"),
        tus=("famille", "auteur"),
    ),
    Politique(
        "familles.Responsable",
        Sort.EFFACER,
        "Identité et coordonnées des adultes.",
        lambda p: Q(pk__in=p.responsables),
        exporte=(*ADULTE, "activite"),
        tus=("famille", "utilisateur", "rang"),
    ),
    Politique(
        "familles.Famille",
        Sort.ANONYMISER,
        "Une ligne sans nom reste sous le code de la famille, pour que les factures gardent leur débiteur et que "
        "ce code ne serve jamais à d’autres.",
        lambda p: Q(pk=p.famille),
        exporte=(
            "code",
            "nom",
            *ADRESSE,
            "telephone",
            "situation",
            "regime",
            "numero_allocataire",
            "residente",
            "cree_le",
        ),
        service=("note_interne", "archivee_le"),
        blancs={
            "nom": "FAMILLE EFFACÉE",
            "nom_recherche": "famille effacee",
            **dict.fromkeys(ADRESSE, ""),
            "telephone": "",
            "situation": "",
            "regime": "",
            "numero_allocataire": "",
            "residente": False,
            "note_interne": "",
        },
    ),
    Politique(
        "usersessions.UserSession",
        Sort.EFFACER,
        COMPTE,
        lambda p: Q(user__in=p.connexions),
        tus=("user", "created_at", "ip", "last_seen_at", "session_key", "user_agent", "data"),
        avant=_fermer,
    ),
    Politique(
        "mfa.Authenticator",
        Sort.EFFACER,
        COMPTE,
        lambda p: Q(user__in=p.connexions),
        tus=("user", "type", "data", "created_at", "last_used_at"),
    ),
    Politique(
        "account.EmailConfirmation",
        Sort.EFFACER,
        COMPTE,
        lambda p: Q(email_address__user__in=p.connexions),
        tus=("email_address", "created", "sent", "key"),
    ),
    Politique(
        "account.EmailAddress",
        Sort.EFFACER,
        COMPTE,
        lambda p: Q(user__in=p.connexions),
        exporte=("email", "verified"),
        tus=("user", "primary"),
    ),
    Politique(
        "familles.Utilisateur",
        Sort.ANONYMISER,
        f"{COMPTE} Il reste sans adresse ni nom, pour que les gestes passés gardent un auteur.",
        lambda p: Q(pk__in=p.connexions),
        exporte=("email", "prenom", "nom", "date_joined", "last_login"),
        tus=("password", "is_active", "is_staff", "is_superuser"),
        blancs={
            "email": Concat(Value("compte-efface-"), Cast("cle", CharField()), Value("@invalid")),
            "prenom": "",
            "nom": "",
            "is_active": False,
            "password": "!",
            "last_login": None,
        },
    ),
    hors_foyer("familles.Utilisateur_groups", "Rôles du personnel."),
    hors_foyer("familles.Utilisateur_user_permissions", "Droits du personnel."),
]
