"""Tags for the shared components; each one's template in ``templates/composants/`` lists its options."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portail.commun.etats import apparence
from portail.commun.menu import EntreeDeMenu

register = template.Library()


@register.simple_tag
def icone(nom: str, classe: str = "", texte: str = "") -> SafeString:
    """Drawing ``nom`` of the sprite; hidden from assistive technology unless ``texte`` says what it means."""
    return _dessin(nom, classe, texte)


@lru_cache(maxsize=512)
def _dessin(nom: str, classe: str, texte: str) -> SafeString:
    attributs = format_html('role="img" aria-label="{}"', texte) if texte else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="icone{}" {} focusable="false"><use href="{}#{}"></use></svg>',
        f" {classe}" if classe else "",
        attributs,
        static("icones/icones.svg"),
        nom,
    )


@register.simple_tag
def etat(domaine: str, valeur: str, mot: str = "", detail: str = "") -> SafeString:
    """State tag: icon, word and border. ``mot`` (the enum's own label) replaces the usual word of that state."""
    return _etat_rendu(domaine, str(valeur), str(mot), str(detail))


@lru_cache(maxsize=1024)
def _etat_rendu(domaine: str, valeur: str, mot: str, detail: str) -> SafeString:
    """Render a state once for all the rows and days that show the same."""
    aspect = apparence(domaine, valeur)
    contexte = {"aspect": aspect, "mot": mot or aspect.mot or valeur, "detail": detail}
    return render_to_string("composants/etat.html", contexte)


@register.simple_tag
@lru_cache(maxsize=64)
def adresse(nom: str) -> str:
    """Address of a page that takes no argument, found once; the frame of every page asks a dozen."""
    return reverse(nom)


@register.inclusion_tag("composants/bouton.html")
def bouton(texte: str, href: str = "", style: str = "principal", icone: str = "", **options: str) -> dict[str, Any]:
    return {"texte": texte, "href": href, "style": style, "icone_bouton": icone, **options}


@register.inclusion_tag("composants/montant.html")
def montant(texte: str, valeur: Any, ton: str = "", note: str = "") -> dict[str, Any]:
    return {"texte": texte, "valeur": valeur, "ton": ton, "note": note}


@register.inclusion_tag("composants/etapes.html")
def etapes(titres: list[str], courante: int) -> dict[str, Any]:
    return {"titres": titres, "courante": courante, "total": len(titres)}


@register.inclusion_tag("composants/fil.html")
def fil(*maillons: str) -> dict[str, Any]:
    """Breadcrumb: ``{% fil url1 "Titre 1" url2 "Titre 2" "Page présente" %}``."""
    liens = [{"url": url, "titre": titre} for url, titre in zip(maillons[:-1:2], maillons[1::2], strict=True)]
    return {"liens": liens, "page": maillons[-1]}


@register.inclusion_tag("composants/pagination.html", takes_context=True)
def pagination(
    context: template.Context, page: Page[Any], tailles: list[int] | None = None, nom: str = "la liste"
) -> dict[str, Any]:
    return {"page": page, "tailles": tailles or [], "nom": nom, "request": context.get("request")}


def _bloc(nom: str, content: str, **options: Any) -> SafeString:
    return render_to_string(f"composants/{nom}.html", {"contenu": content, **options})


@register.simple_block_tag
def carte(content: str, titre: str = "", icone: str = "", niveau: int = 2, **options: str) -> SafeString:
    return _bloc("carte", content, titre=titre, icone_carte=icone, niveau=niveau, **options)


@register.simple_block_tag
def bandeau(content: str, ton: str = "info", titre: str = "", icone: str = "") -> SafeString:
    return _bloc("bandeau", content, ton=ton, titre=titre, icone_bandeau=icone or ton)


@register.simple_block_tag
def repli(content: str, titre: str, ouvert: bool = True) -> SafeString:
    return _bloc("repli", content, titre=titre, ouvert=ouvert)


@register.simple_block_tag
def tableau(content: str, legende: str, legende_visible: bool = False, serre: bool = False) -> SafeString:
    return _bloc("tableau", content, legende=legende, legende_visible=legende_visible, serre=serre)


@register.simple_block_tag
def vide(content: str, texte: str, icone: str = "info") -> SafeString:
    return _bloc("vide", content, texte=texte, icone_vide=icone)


@register.simple_block_tag
def recapitulatif(content: str, titre: str, niveau: int = 2) -> SafeString:
    return _bloc("recapitulatif", content, titre=titre, niveau=niveau)


@register.simple_block_tag
def barre_actions(content: str, resume: str = "") -> SafeString:
    return _bloc("barre_actions", content, resume=resume)


@register.simple_block_tag
def question(content: str, titre: str, icone: str = "attention") -> SafeString:
    return _bloc("question", content, titre=titre, icone_question=icone)


@register.simple_block_tag
def confirmation(content: str, titre: str, numero: str = "") -> SafeString:
    return _bloc("confirmation", content, titre=titre, numero=numero)


@register.filter
def cible_erreur(champ: BoundField) -> str:
    """Id of the control to focus for a field in error: the first of a group of radios or checkboxes."""
    return champ.id_for_label or f"{champ.auto_id}_0"


@register.simple_tag
def menu(entrees: Iterable[EntreeDeMenu], chemin: str) -> SafeString:
    """Information menu, with the entry of the page at ``chemin`` marked."""
    entrees = tuple(entrees)
    return _menu_rendu(entrees, chemin if chemin in _adresses(entrees) else "")


@lru_cache(maxsize=8)
def _adresses(entrees: tuple[EntreeDeMenu, ...]) -> frozenset[str]:
    return frozenset(adresse for entree in entrees for adresse in entree.adresses)


@lru_cache(maxsize=64)
def _menu_rendu(entrees: tuple[EntreeDeMenu, ...], chemin: str) -> SafeString:
    """Render the menu; kept by what it says, so that it is never older than what was read."""
    return render_to_string("composants/_menu.html", {"entrees": entrees, "chemin": chemin})
