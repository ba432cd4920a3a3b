"""Portail famille: the project's settings, home and dashboard; what every app shares is in ``commun``."""

from portail.celery import app as celery_app

__all__ = ["celery_app"]
