"""Encrypt all health data again with the first key of ``CLES_CHIFFREMENT``: then the old key can be removed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, transaction

from enfants.chiffrement import TexteChiffre, renouveler
from enfants.models import FicheSanitaire, Vaccination

LOT = 500


class Command(BaseCommand):
    help = "Chiffre à nouveau les données de santé avec la première clé de CLES_CHIFFREMENT."

    def handle(self, *args: Any, **options: Any) -> None:
        for modele in (FicheSanitaire, Vaccination):
            nombre = self._table(modele)
            self.stdout.write(f"{modele._meta.verbose_name_plural}, lignes chiffrées avec la nouvelle clé : {nombre}.")

    def _table(self, modele: type[FicheSanitaire] | type[Vaccination]) -> int:
        """Go through a table by batches, each in its own transaction: the command can be stopped and run again."""
        colonnes = [champ.column for champ in modele._meta.concrete_fields if isinstance(champ, TexteChiffre)]
        dernier, nombre = 0, 0
        while lot := self._lot(modele._meta.db_table, colonnes, dernier):
            dernier, nombre = lot[-1][0], nombre + len(lot)
        return nombre

    @transaction.atomic
    def _lot(self, table: str, colonnes: list[str], dernier: int) -> list[tuple[Any, ...]]:
        """Re-encrypt the tokens as they are stored; names of tables and columns come from the models alone."""
        with connection.cursor() as curseur:
            curseur.execute(
                f'SELECT id, {", ".join(colonnes)} FROM "{table}" WHERE id > %s ORDER BY id LIMIT %s FOR UPDATE',  # noqa: S608
                [dernier, LOT],
            )
            lignes = curseur.fetchall()
            affectations = ", ".join(f"{colonne} = %s" for colonne in colonnes)
            for cle, *jetons in lignes:
                nouveaux = [jeton and renouveler(jeton) for jeton in jetons]
                curseur.execute(f'UPDATE "{table}" SET {affectations} WHERE id = %s', [*nouveaux, cle])  # noqa: S608
        return lignes
