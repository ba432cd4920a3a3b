"""Roles of the staff: groups and their permissions, in code. ``manage.py roles`` writes them to the database."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.db import models


class Role(models.TextChoices):
    """Value: name of the group."""

    AGENT = "agent", "Agent Enfance-Jeunesse"
    DIRECTION = "direction", "Direction d’un centre"
    REGISSEUR = "regisseur", "Régisseur"
    COMPTABLE = "comptable", "Comptable"
    ADMINISTRATEUR = "administrateur", "Administrateur"


def droits(application: str, *modeles: str, gestes: str = "view add change") -> set[str]:
    """Return Django's permission names, such as ``familles.view_famille``."""
    return {f"{application}.{geste}_{modele}" for modele in modeles for geste in gestes.split()}


OFFRE = (
    "jourferme",
    "vacancesscolaires",
    "etablissement",
    "accueil",
    "regledelai",
    "periode",
    "prestation",
    "creneau",
    "salle",
)

#: Role -> permissions. Nobody but the administrator touches users; no role deletes what a family sent.
PERMISSIONS: dict[Role, set[str]] = {
    Role.AGENT: droits("familles", "famille", "responsable", "quotientfamilial")
    | droits("familles", "modification", gestes="view change")
    | droits("familles", "campagnecertification")
    | droits("familles", "famille", gestes="agir_pour exporter")
    | droits("familles", "utilisateur", gestes="view")
    | droits("enfants", "enfant", "rattachement", "ecole", "classe", "menu", "typeautorisation", "vaccin")
    | droits("enfants", "periodedegarde", gestes="view add change delete")
    | droits("enfants", "passageannee", gestes="view add")
    | {"enfants.voir_sante", "enfants.modifier_sante"}
    | droits("inscriptions", "dossierinscription", gestes="view change")
    | droits("inscriptions", "adultedossier", "enfantdossier")
    | droits("reservations", *OFFRE)
    | droits("reservations", "regleparticuliere", "lienprestation", gestes="view add change delete")
    | droits("reservations", "fermeture", gestes="view add")
    | droits("reservations", "attribution")
    | droits("reservations", "ligneattribution", gestes="view")
    | droits("reservations", "etablissement", gestes="voir_tous")
    | droits("reservations", "reservation", "demande", "presence", "etapepresence", gestes="view change")
    | droits("reservations", "reservation", gestes="deroger")
    | droits("reservations", "declarationabsence", gestes="view change")
    | droits("reservations", "motifabsence", "reglement", "versionreglement", gestes="view add change delete")
    | droits("reservations", "acceptationreglement", gestes="view")
    | droits("facturation", "facture", "lignefacture", gestes="view")
    | droits("documents", "document", gestes="view change")
    | {"documents.voir_document_sante"}
    | droits("documents", "typedocument", "piecerequise", gestes="view add change delete")
    | droits("contenu", "commune", gestes="view change")
    | droits("contenu", "declarationaccessibilite")
    | droits(
        "contenu", "pageinformation", "actualite", "telechargement", "semainedemenus", gestes="view add change delete"
    )
    | droits("contenu", "echange", gestes="view change")
    | droits("commun", "courriel", gestes="view renvoyer")
    | droits("commun", "trace", gestes="view"),
    Role.DIRECTION: droits("enfants", "enfant", gestes="view")
    | {"enfants.voir_sante"}
    | droits("reservations", *OFFRE, "regleparticuliere", "lienprestation", "fermeture", gestes="view")
    | droits("reservations", "reservation", "presence", "declarationabsence", gestes="view")
    | droits("reservations", "attribution", "ligneattribution", gestes="view"),
    Role.REGISSEUR: droits("familles", "famille", "responsable", gestes="view")
    | droits("reservations", "etablissement", "accueil", "periode", "prestation", gestes="view")
    | droits("reservations", "etablissement", gestes="voir_tous")
    | droits("facturation", "regie", "regieetablissement", "tarif", "campagne", "paiement")
    | droits("facturation", "tranchetarif", gestes="view add change delete")
    | droits(
        "facturation", "facture", "lignefacture", "affectation", "tentativepaiement", "notificationrecue", gestes="view"
    )
    | droits("commun", "courriel", gestes="view"),
    Role.COMPTABLE: droits(
        "facturation",
        "regie",
        "campagne",
        "facture",
        "lignefacture",
        "paiement",
        "affectation",
        "tarif",
        gestes="view",
    ),
    Role.ADMINISTRATEUR: droits("familles", "utilisateur", gestes="view add change")
    | droits("dossiers", "importation")
    | droits("familles", "reglagechamp", gestes="view add change delete")
    | droits("enfants", "lecturesante", gestes="view")
    | droits("commun", "courriel", gestes="view renvoyer")
    | droits("commun", "trace", gestes="view")
    | droits("contenu", "commune", gestes="view change")
    | droits("contenu", "declarationaccessibilite"),
}


def synchroniser() -> dict[str, tuple[set[str], set[str]]]:
    """Make the groups say exactly what this file says; return what was given and taken away, by role.

    Raise ``LookupError`` for a permission that no model has: a misspelt right would silently be no right.
    """
    existantes = {f"{p.content_type.app_label}.{p.codename}": p for p in _permissions()}
    changements: dict[str, tuple[set[str], set[str]]] = {}
    for role, voulues in PERMISSIONS.items():
        if inconnues := voulues - existantes.keys():
            raise LookupError(f"droits inconnus du rôle {role} : {', '.join(sorted(inconnues))}")
        groupe, _ = Group.objects.get_or_create(name=role.value)
        actuelles = {
            f"{p.content_type.app_label}.{p.codename}" for p in groupe.permissions.select_related("content_type")
        }
        if voulues != actuelles:
            groupe.permissions.set([existantes[nom] for nom in voulues])
            changements[role.value] = (voulues - actuelles, actuelles - voulues)
    return changements


def _permissions() -> models.QuerySet[Permission]:
    return Permission.objects.select_related("content_type")
