"""What the régies are told of days that are cancelled although an invoice holds them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from portail.commun.courriels import deposer
from portail.commun.templatetags.typographie import jour_long
from reservations.fermetures import FactureDuJour, factures_des_jours
from reservations.models import Presence


def jours_annules(*, presences: Collection[Presence], motif: str, maintenant: datetime) -> None:
    """Write to each régie which of its issued invoices hold these cancelled days; its account is theirs to put right.

    No query without a day; one when no invoice holds any.
    """
    ecrire_aux_regies(
        "annulation_facturee",
        presences,
        factures_des_jours([une.pk for une in presences]),
        intitule="Jours annulés, déjà facturés",
        contexte={"motif": motif},
        maintenant=maintenant,
    )


def ecrire_aux_regies(
    nom: str,
    presences: Collection[Presence],
    factures: Mapping[int, FactureDuJour],
    *,
    intitule: str,
    contexte: Mapping[str, Any],
    maintenant: datetime,
) -> None:
    """Write one mail to each régie that has an address, with its invoices among ``factures``, by présence id."""
    par_regie: defaultdict[str, list[str]] = defaultdict(list)
    for une in presences:
        facture = factures.get(une.pk)
        if facture and facture.courriel:
            par_regie[facture.courriel].append(
                f"Facture n° {facture.numero} – {une.reservation.famille} – {une.reservation.enfant} – "
                f"{jour_long(une.creneau.jour)}, {une.creneau.prestation.nom}"
            )
    for adresse, lignes in par_regie.items():
        deposer(
            nom=nom,
            destinataire=adresse,
            maintenant=maintenant,
            contexte={"sections": [(intitule, lignes)], "nombre": len(lignes), **contexte},
        )
