"""Parts of the frame kept once rendered, by the very values that they show: never older than what was read."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.utils.safestring import SafeString

register = template.Library()

#: Past that number everything is thrown out: the values of a town fill a dozen.
NOMBRE_MAXIMUM = 500
_gardes: dict[tuple[Any, ...], SafeString] = {}


@register.tag
def garde(parser: Parser, token: Token) -> GardeNode:
    """Keep what is inside, in this process, as long as all the values given are the same.

    ``{% garde "pied" commune.valeurs %}…{% endgarde %}``: a name, then *everything* that the inside depends on. An
    empty value keeps nothing: nobody knows then what the inside shows.
    """
    _, *arguments = token.split_contents()
    contenu = parser.parse(("endgarde",))
    parser.delete_first_token()
    return GardeNode([parser.compile_filter(argument) for argument in arguments], contenu)


class GardeNode(template.Node):
    def __init__(self, valeurs: list[FilterExpression], contenu: NodeList) -> None:
        self.valeurs = valeurs
        self.nodelist = contenu

    def render(self, context: template.Context) -> SafeString:
        cle = tuple(valeur.resolve(context) for valeur in self.valeurs)
        if not all(cle):
            return self.nodelist.render(context)
        rendu = _gardes.get(cle)
        if rendu is None:
            if len(_gardes) >= NOMBRE_MAXIMUM:
                _gardes.clear()
            rendu = _gardes[cle] = self.nodelist.render(context)
        return rendu
