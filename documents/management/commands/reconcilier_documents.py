from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from documents.reconciliation import DELAI, reconcilier


class Command(BaseCommand):
    help = "Retire du coffre les fichiers qu’aucun document ne nomme, et signale les documents sans leur fichier."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--relire", action="store_true", help="relit chaque fichier et compare son empreinte")
        parser.add_argument("--minutes", type=int, default=DELAI // timedelta(minutes=1), help="âge des orphelins")

    def handle(self, *args: Any, **options: Any) -> None:
        bilan = reconcilier(
            maintenant=timezone.now(), delai=timedelta(minutes=options["minutes"]), relire=options["relire"]
        )
        self.stdout.write(f"{len(bilan.orphelins)} fichier(s) sans document, retiré(s).")
        for document in bilan.sans_fichier:
            self.stderr.write(f"Document {document.cle} : fichier absent ou altéré.")
        if bilan.sans_fichier:
            raise CommandError(f"{len(bilan.sans_fichier)} document(s) à restaurer depuis une sauvegarde.")
