"""Write the roles of ``portail/roles.py`` to the database: run it after each migration."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from portail.roles import synchroniser


class Command(BaseCommand):
    help = "Met les groupes du personnel en accord avec portail/roles.py."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        changements = synchroniser()
        for role, (donnes, retires) in changements.items():
            for nom in sorted(donnes):
                self.stdout.write(f"{role} : + {nom}")
            for nom in sorted(retires):
                self.stdout.write(f"{role} : - {nom}")
        if not changements:
            self.stdout.write("Les rôles sont à jour.")
