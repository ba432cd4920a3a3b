"""``manage.py demo``: load the demonstration town into an empty database."""

from __future__ import annotations

import argparse
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portail.demonstration import MOT_DE_PASSE
from portail.demonstration.ville import VilleDejaChargee, charger

FAMILLES_MAXIMUM = 20_000
#: Fewer would leave the family of the tutorial without its unpaid invoices.
MOIS_MINIMUM, MOIS_MAXIMUM = 6, 24


class Command(BaseCommand):
    help = "Charge la commune de démonstration : offre, familles, réservations, factures et paiements inventés."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--familles", type=nombre_de_familles, default=60, help="nombre de familles (60)")
        parser.add_argument(
            "--mois",
            type=nombre_de_mois,
            help="mois passés où chaque famille a réservé (6 pour les premières, 1 ensuite)",
        )
        parser.add_argument("--graine", type=int, default=44740, help="même graine et même jour : mêmes données")
        parser.add_argument("--jour", type=jour_iso, help="jour autour duquel tout est daté, AAAA-MM-JJ (aujourd'hui)")

    def handle(self, *, familles: int, graine: int, jour: date | None, mois: int | None = None, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("La commune de démonstration se charge seulement avec DEMO=oui, jamais en production.")
        try:
            bilan = charger(familles=familles, graine=graine, jour=jour or timezone.localdate(), mois=mois)
        except VilleDejaChargee:
            self.stdout.write("La base contient déjà une commune : rien n'a été changé.")
            return
        self.stdout.write(
            f"Commune de démonstration chargée : {bilan.familles} familles, {bilan.enfants} enfants, "
            f"{bilan.presences} présences, {bilan.factures} factures."
        )
        self.stdout.write(f"Mot de passe : {MOT_DE_PASSE}")


def nombre_de_familles(brut: str) -> int:
    if not brut.isdecimal() or not 1 <= int(brut) <= FAMILLES_MAXIMUM:
        raise argparse.ArgumentTypeError(f"un nombre entre 1 et {FAMILLES_MAXIMUM} est attendu")
    return int(brut)


def nombre_de_mois(brut: str) -> int:
    if not brut.isdecimal() or not MOIS_MINIMUM <= int(brut) <= MOIS_MAXIMUM:
        raise argparse.ArgumentTypeError(f"un nombre entre {MOIS_MINIMUM} et {MOIS_MAXIMUM} est attendu")
    return int(brut)


def jour_iso(brut: str) -> date:
    try:
        return date.fromisoformat(brut)
    except ValueError as erreur:
        raise argparse.ArgumentTypeError("une date AAAA-MM-JJ est attendue, comme 2026-09-15") from erreur
