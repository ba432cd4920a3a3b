"""The school holidays that the reservations keep, for the custody rules of the children, an app below."""

from datetime import date

from enfants.regles import Conges
from reservations.models import VacancesScolaires


def entre(du: date, au: date) -> list[Conges]:
    """Return the holidays that touch these days, both included."""
    lignes = VacancesScolaires.objects.filter(premier_jour__lte=au, dernier_jour__gte=du)
    return [Conges(premier, dernier) for premier, dernier in lignes.values_list("premier_jour", "dernier_jour")]
