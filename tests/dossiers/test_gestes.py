"""Every gesture that the code writes in the trail has words of its own, as people read them."""

import ast
from pathlib import Path

import pytest

from portail.commun.gestes import GESTES
from reservations.actions.attribution import GESTES_DE_DECISION

RACINE = Path(__file__).parents[2]
APPS = (
    "contenu",
    "documents",
    "dossiers",
    "enfants",
    "facturation",
    "familles",
    "inscriptions",
    "portail",
    "reservations",
)
ECRIVAINS = {"tracer", "_tracer", "noter", "tracer_attribution", "tracer_enfant", "_repondre"}


def gestes_ecrits():
    """Yield every constant given to what writes traces; inside ``reservations`` a bare word is one of a booking.

    Of « a if x else b », both.
    """
    for app in APPS:
        for fichier in sorted((RACINE / app).rglob("*.py")):
            for noeud in ast.walk(ast.parse(fichier.read_text())):
                if not isinstance(noeud, ast.Call):
                    continue
                appele = noeud.func.id if isinstance(noeud.func, ast.Name) else getattr(noeud.func, "attr", "")
                if appele not in ECRIVAINS:
                    continue
                nommes = [arg.value for arg in noeud.keywords if arg.arg == "geste"]
                ecrits = (*noeud.args[:2], *nommes)
                branches = [branche for un in ecrits if isinstance(un, ast.IfExp) for branche in (un.body, un.orelse)]
                for valeur in (*ecrits, *branches):
                    if isinstance(valeur, ast.Constant) and isinstance(valeur.value, str):
                        seul = "." not in valeur.value
                        yield f"reservation.{valeur.value}" if seul and app == "reservations" else valeur.value


GESTES_ECRITS = sorted(
    {geste for geste in (*gestes_ecrits(), *GESTES_DE_DECISION.values()) if "." in geste and " " not in geste}
)


def test_the_search_finds_the_gestures():
    assert len(GESTES_ECRITS) > 70


@pytest.mark.parametrize("geste", GESTES_ECRITS)
def test_each_gesture_has_its_words(geste):
    assert geste in GESTES
