"""Règlements intérieurs: a text is published once for all, then accepted by each household."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from familles.models import Famille, Utilisateur
from portail.commun.traces import tracer
from reservations.models import AcceptationReglement, VersionReglement


@transaction.atomic
def publier_version(*, version: VersionReglement, auteur: Utilisateur, maintenant: datetime) -> bool:
    """Publish a draft: it changes no more, and families accept it before they book again; False when it was already."""
    verrouillee = (
        VersionReglement.objects.select_for_update(of=("self",)).select_related("reglement").get(pk=version.pk)
    )
    if verrouillee.publiee_le is not None:
        return False
    verrouillee.publiee_le = maintenant
    verrouillee.save(update_fields=["publiee_le"])
    tracer(
        geste="reglement.version_publiee",
        objet="reservations.versionreglement",
        objet_cle=verrouillee.cle,
        libelle=str(verrouillee),
        auteur=auteur,
        maintenant=maintenant,
    )
    return True


@transaction.atomic
def accepter_reglement(
    *, version: VersionReglement, famille: Famille, auteur: Utilisateur, maintenant: datetime
) -> AcceptationReglement:
    """Record who accepted which text for the household, and when; once, whatever is clicked twice."""
    acceptation, nouvelle = AcceptationReglement.objects.get_or_create(
        version=version, famille=famille, defaults={"auteur": auteur, "acceptee_le": maintenant}
    )
    if nouvelle:
        tracer(
            geste="reglement.accepte",
            objet="reservations.versionreglement",
            objet_cle=version.cle,
            libelle=str(version),
            famille_cle=famille.cle,
            auteur=auteur,
            maintenant=maintenant,
        )
    return acceptation
