"""``python -m portail.embarque.chargement``: bring the demonstration's database up to date, fill it when it is empty.

In one process, because starting Django costs a second. All or nothing: interrupted, it leaves an empty town.
"""

import os
import sys

import django


def principal() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portail.settings")
    django.setup()

    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.db import transaction

    call_command("migrate", interactive=False, verbosity=0)
    if get_user_model().objects.exists():
        return
    sys.stdout.write("Chargement de la ville de démonstration\n")
    with transaction.atomic():
        call_command("demo")
        _donner_le_mot_de_passe(os.environ["DEMO_MOT_DE_PASSE"])


def _donner_le_mot_de_passe(mot_de_passe: str) -> None:
    from django.contrib.auth import get_user_model

    from portail.embarque.demonstration import CONNEXIONS

    for utilisateur in get_user_model().objects.filter(email__in=CONNEXIONS):
        utilisateur.set_password(mot_de_passe)
        utilisateur.save(update_fields=["password"])


if __name__ == "__main__":
    principal()
