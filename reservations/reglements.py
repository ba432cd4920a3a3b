"""Règlements intérieurs as households meet them: which text is in force, and which they still have to accept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from enfants.models import Enfant
from familles.models import Famille, Utilisateur
from portail.commun.blocages import Blocage, seulement_si
from portail.commun.preparees import Parametre, UnParmi, preparee
from reservations.models import AcceptationReglement, Periode, Reglement, VersionReglement


def en_vigueur(maintenant: datetime | Parametre) -> QuerySet[VersionReglement]:
    """Return the newest published text of each règlement that is asked of families."""
    publiees = VersionReglement.objects.publiees(maintenant).filter(reglement__actif=True)
    plus_recentes = publiees.filter(reglement=OuterRef("reglement"), numero__gt=OuterRef("numero"))
    return publiees.filter(~Exists(plus_recentes)).select_related("reglement").order_by("reglement__nom")


@seulement_si(lambda: Reglement.objects.filter(actif=True))
def a_accepter(
    *,
    utilisateur: Utilisateur,
    famille: Famille,
    enfants: Sequence[Enfant],
    periodes: Sequence[Periode],
    maintenant: datetime,
) -> dict[int, list[Blocage]]:
    """Booking waits for the acceptance of the text in force for the accueil, its établissement, or all; one query.

    Staff who book for a household accept nothing in its place.
    """
    if utilisateur.is_staff:
        return {}
    versions = _versions_a_accepter().lire(
        famille=famille.pk,
        accueils=[periode.accueil_id for periode in periodes],
        etablissements=[periode.accueil.etablissement_id for periode in periodes],
        maintenant=maintenant,
    )
    return {
        periode.pk: [_blocage(une, famille, enfants[0]) for une in versions if _concerne(une, periode)]
        for periode in periodes
    }


@preparee
def _versions_a_accepter() -> QuerySet[VersionReglement]:
    de_la_famille = AcceptationReglement.objects.filter(famille=Parametre("famille"))
    acceptees = de_la_famille.filter(version=OuterRef("pk"))
    anciennes = de_la_famille.filter(version__reglement=OuterRef("reglement"))
    portee = Q(reglement__accueil=None, reglement__etablissement=None)
    portee |= Q(reglement__accueil=UnParmi("accueils")) | Q(reglement__etablissement=UnParmi("etablissements"))
    versions = en_vigueur(Parametre("maintenant")).filter(portee, ~Exists(acceptees))
    # The text itself is read on its own page.
    return versions.annotate(nouvelle=Exists(anciennes)).only(
        "cle", "reglement__nom", "reglement__accueil", "reglement__etablissement"
    )


def reglements_non_acceptes(*, suivis: Sequence[Any], maintenant: datetime) -> dict[Any, list[str]]:
    """Name, as the service reads it, the règlements that these households have not accepted; two queries."""
    versions = list(en_vigueur(maintenant))
    if not versions:
        return {}
    acceptees = set(
        AcceptationReglement.objects.filter(
            version__in=versions, famille__in={suivi.famille.pk for suivi in suivis}
        ).values_list("version_id", "famille_id")
    )
    return {
        suivi.cle: [
            f"Règlement «\u00a0{une.reglement.nom}\u00a0» non accepté"
            for une in versions
            if _concerne(une, suivi.periode) and (une.pk, suivi.famille.pk) not in acceptees
        ]
        for suivi in suivis
    }


def _concerne(version: VersionReglement, periode: Periode) -> bool:
    reglement = version.reglement
    return (reglement.accueil_id in {None, periode.accueil_id}) and (
        reglement.etablissement_id in {None, periode.accueil.etablissement_id}
    )


def _blocage(version: VersionReglement, famille: Famille, enfant: Enfant) -> Blocage:
    a_change = getattr(version, "nouvelle", False)
    verbe = "Acceptez la nouvelle version de" if a_change else "Lisez et acceptez"
    lien = reverse("reservations:reglement", args=[famille.cle, version.cle])
    return Blocage(
        code="reglement_a_accepter",
        phrase=f"{verbe} «\u202f{version.reglement.nom}\u202f».",
        lien=f"{lien}?{urlencode({'enfant': enfant.cle})}",
        libelle_lien="Lire et accepter",
    )
