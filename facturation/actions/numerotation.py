"""Numbers without a gap: a counter row, locked and incremented in the transaction that writes the document."""

from __future__ import annotations

from django.db import transaction

from facturation.enums import Serie
from facturation.models import Compteur, Regie


def prochain_numero(regie: Regie, serie: Serie) -> int:
    """Return the next number of a series of a régie. Call it last, inside the transaction that uses it.

    The counter stays locked until the end of that transaction: whoever comes next waits, and a rollback gives the
    number back.
    """
    if not transaction.get_connection().in_atomic_block:
        msg = "un numéro se donne dans la transaction de sa pièce"
        raise transaction.TransactionManagementError(msg)
    Compteur.objects.bulk_create([Compteur(regie=regie, serie=serie)], ignore_conflicts=True)
    compteur = Compteur.objects.select_for_update().get(regie=regie, serie=serie)
    compteur.valeur += 1
    compteur.save(update_fields=["valeur"])
    return compteur.valeur
