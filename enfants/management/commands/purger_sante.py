"""Erase the health data of school years that are over, and the readings older than a year; the beat does it too."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from enfants.models import FicheSanitaire
from enfants.tasks import purger_donnees_de_sante
from portail.commun.dates import aujourdhui


class Command(BaseCommand):
    help = "Efface les fiches sanitaires des années scolaires terminées, si elles n’ont pas été renouvelées."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--simuler", action="store_true", help="compter sans rien effacer")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["simuler"]:
            nombre = FicheSanitaire.objects.perimees_au(aujourdhui(timezone.now())).count()
            self.stdout.write(f"Fiches sanitaires à effacer : {nombre}.")
            return
        self.stdout.write(f"Fiches sanitaires effacées : {purger_donnees_de_sante()}.")
