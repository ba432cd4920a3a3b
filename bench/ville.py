"""A large town out of a small one: ``python -m bench.ville 9`` adds nine copies of every household, table by table.

Inventing 5,000 households with ten months of bookings takes minutes; copying those of a small town takes one statement
a table. A copy has its own keys, numbers, logins and addresses; the offer, the staff and the campaigns stay shared, the
places grow with the children. The triggers rest meanwhile: the rows copied have already passed them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import django

#: Left out of the copies: what waits for an agent, not read by the measured pages, whose keys name other rows.
SANS_COPIE = frozenset({"familles.Modification", "inscriptions.DossierInscription"})


def multiplier(copies: int) -> None:
    """Add ``copies`` copies of every household and all that hangs on it."""
    from django.db import connection, transaction

    modeles = list(_modeles_des_foyers())
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute("SET LOCAL statement_timeout = 0")
        pas = {modele: _maximum(curseur, modele, "id") for modele in modeles}
        _declencheurs(curseur, modeles, "DISABLE")
        for modele in modeles:
            curseur.execute(_copie(curseur, modele, pas), {"copies": copies})
        _declencheurs(curseur, modeles, "ENABLE")
        for modele in modeles:
            curseur.execute(
                f"SELECT setval(pg_get_serial_sequence('{modele._meta.db_table}', 'id'), "
                f"(SELECT max(id) FROM {modele._meta.db_table}))"
            )
        for table in ("reservations_creneau", "reservations_joursalle"):
            curseur.execute(
                f"UPDATE {table} SET capacite = capacite * %(fois)s, places_prises = places_prises * %(fois)s",
                {"fois": copies + 1},
            )
        curseur.execute(
            "UPDATE facturation_compteur c SET valeur = m.valeur FROM ("
            " SELECT regie_id, 'facture' AS serie, max(numero) AS valeur FROM facturation_facture GROUP BY regie_id"
            " UNION ALL SELECT regie_id, 'quittance', max(numero) FROM facturation_paiement GROUP BY regie_id"
            ") m WHERE m.regie_id = c.regie_id AND m.serie = c.serie AND m.valeur IS NOT NULL"
        )
        curseur.execute("SELECT setval('reservation_numero', (SELECT max(numero) FROM reservations_reservation))")


def _declencheurs(curseur: object, modeles: list[type], geste: str) -> None:
    """Put the triggers of these tables to rest, or back to work; foreign keys are checked in both cases."""
    curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for modele in modeles:
        curseur.execute(f"ALTER TABLE {modele._meta.db_table} {geste} TRIGGER USER")
    curseur.execute("SET CONSTRAINTS ALL DEFERRED")


def _modeles_des_foyers() -> Iterator[type]:
    """Yield the logins, the households, the children, and every model that leads to one of the last two."""
    from django.apps import apps

    from enfants.models import Enfant
    from familles.models import Famille, Utilisateur

    modeles = [modele for modele in apps.get_models() if modele._meta.label not in SANS_COPIE]
    pris = {Famille, Enfant}
    taille = 0
    while len(pris) > taille:
        taille = len(pris)
        pris |= {m for m in modeles if any(champ.related_model in pris for champ in _liens(m))}
    yield Utilisateur
    yield apps.get_model("account.EmailAddress")
    yield from (modele for modele in modeles if modele in pris)


def _liens(modele: type) -> list:
    return [champ for champ in modele._meta.concrete_fields if champ.is_relation]


def _maximum(curseur: object, modele: type, colonne: str) -> int:
    curseur.execute(f'SELECT coalesce(max("{colonne}"), 0) FROM {modele._meta.db_table}')
    return curseur.fetchone()[0]


def _copie(curseur: object, modele: type, pas: dict[type, int]) -> str:
    """Return the statement that copies one table; ``n`` numbers the copies."""
    champs = modele._meta.concrete_fields
    colonnes = ", ".join(f'"{champ.column}"' for champ in champs)
    valeurs = ", ".join(_valeur(curseur, modele, champ, pas) for champ in champs)
    du_personnel = "SELECT id FROM familles_utilisateur WHERE is_staff"
    garde = {"familles.Utilisateur": "id", "account.EmailAddress": "user_id"}.get(modele._meta.label)
    condition = f" WHERE {garde} NOT IN ({du_personnel})" if garde else ""
    return (
        f"INSERT INTO {modele._meta.db_table} ({colonnes}) SELECT {valeurs} "
        f"FROM {modele._meta.db_table} t CROSS JOIN generate_series(1, %(copies)s) AS n{condition}"
    )


def _valeur(curseur: object, modele: type, champ: object, pas: dict[type, int]) -> str:
    from django.db import models

    from familles.models import Utilisateur

    colonne = f't."{champ.column}"'
    if champ.primary_key:
        return f"{colonne} + n * {pas[modele]}"
    if champ.related_model is Utilisateur:
        staff = f"{colonne} IN (SELECT id FROM familles_utilisateur WHERE is_staff)"
        return f"CASE WHEN {staff} THEN {colonne} ELSE {colonne} + n * {pas[Utilisateur]} END"
    if champ.is_relation:
        return f"{colonne} + n * {pas[champ.related_model]}" if champ.related_model in pas else colonne
    if isinstance(champ, models.EmailField) and modele._meta.label in {"familles.Utilisateur", "account.EmailAddress"}:
        return f"n || '.' || {colonne}"
    if champ.column == "numero":
        return f"{colonne} + n * {_maximum(curseur, modele, 'numero')}"
    if champ.unique and isinstance(champ, models.UUIDField):
        return f"md5({colonne}::text || '/' || n)::uuid"
    if champ.unique and isinstance(champ, models.CharField | models.FileField):
        return f"left(md5({colonne} || '/' || n), {champ.max_length})"
    return colonne


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portail.settings")
    django.setup()
    multiplier(int(sys.argv[1]))
