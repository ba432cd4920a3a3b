"""Reading of a planning: everything its pages show, computed and worded once, before the template."""

from reservations.planning.mois import PlanningDuMois, lire_mois
from reservations.planning.rendu import rendre_mois

__all__ = ["PlanningDuMois", "lire_mois", "rendre_mois"]
