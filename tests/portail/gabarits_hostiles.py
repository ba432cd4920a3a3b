"""Rendering of a template whose every variable is a payload, whatever its view would have given it."""

from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Engine, engines

from portail.commun.templatetags import typographie

COULEUR = "#0B5563"
GABARITS = Path(settings.BASE_DIR) / "templates"


class Hostile(str):
    """A value that is a payload whatever a template asks of it: an attribute, an item, a call, a number."""

    __slots__ = ()

    def __getattr__(self, nom):
        if nom.startswith("__") or nom in {"resolve_expression", "do_not_call_in_templates", "alters_data"}:
            raise AttributeError(nom)
        # Seven characters checked by the model: nothing else fits the column.
        return COULEUR if nom.startswith("couleur") else self

    def __call__(self, *args, **kwargs):
        return self

    def __getitem__(self, cle):
        return COULEUR if str(cle).startswith("couleur") else self

    def __format__(self, forme):
        return str(self)

    def __iter__(self):
        return iter([self])

    def __len__(self):
        return 2  # what ``{% for one, other in … %}`` asks of an item


class Contexte(dict):
    """Every name is a hostile value."""

    def __init__(self, charge):
        super().__init__()
        self.charge = Hostile(charge)

    def __contains__(self, cle):
        return cle not in {"block", "forloop"}

    def __missing__(self, cle):
        return COULEUR if cle.startswith("couleur") else self.charge


@pytest.fixture
def rendre_hostile(monkeypatch):
    """Render a template whose every variable is a payload; the filters that word dates and sums let it through."""
    for nom in typographie.register.filters:
        monkeypatch.setitem(typographie.register.filters, nom, lambda valeur, *_: valeur)
    usuel = engines["django"].engine
    moteur = Engine(dirs=[GABARITS], libraries=usuel.libraries, builtins=usuel.builtins)

    def rendre(gabarit, charge, autoescape=True):
        return moteur.get_template(gabarit).render(Context(Contexte(charge), autoescape=autoescape))

    return rendre
