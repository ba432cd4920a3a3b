"""The sections of a child's sheet, folded one by one: a phone shows their list, and opens the one that is wanted."""

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_block_tag
def rubrique(content: str, titre: str, icone: str, id: str, resume: str = "", ouverte: str = "") -> SafeString:  # noqa: A002
    """Wrap a section; ``ouverte`` names the one that is shown unfolded."""
    contexte = {
        "contenu": content,
        "titre": titre,
        "icone_rubrique": icone,
        "id": id,
        "resume": resume,
        "ouverte": ouverte == id,
    }
    return render_to_string("enfants/_rubrique.html", contexte)
