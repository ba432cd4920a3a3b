"""``python -m portail.embarque.chargement``: bring the demonstration's database up to date, fill it when it is empty.

In one process, because starting Django costs a second. All or nothing: interrupted, it leaves an empty town.
"""

import io
import os

import django


def principal() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portail.settings")
    django.setup()

    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.db import transaction

    call_command("migrate", interactive=False, verbosity=0)
    call_command("roles", stdout=io.StringIO())
    if not get_user_model().objects.exists():
        with transaction.atomic():
            call_command("demo")


if __name__ == "__main__":
    principal()
