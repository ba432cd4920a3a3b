"""What staff type becomes HTML: Markdown without raw HTML, then an allow-list, each time a page is shown."""

from __future__ import annotations

import re

import nh3
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.token import Token

BALISES = {"h2", "h3", "h4", "p", "br", "hr", "ul", "ol", "li", "strong", "em", "blockquote", "a", "code", "pre"} | {
    "table",
    "caption",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}
ATTRIBUTS = {
    "a": {"href", "title"},
    "ol": {"start"},
    "table": {"class"},
    "th": {"scope", "class"},
    "td": {"class", "data-label"},
}
PROTOCOLES = {"http", "https", "mailto", "tel"}
#: The title of the page is the ``h1``: the highest title typed comes just below, whichever it is.
PREMIER_NIVEAU = 2
NIVEAU_MAXIMAL = 4
INSECABLE = "\u00a0"
FINE = "\u202f"

_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table"]).disable(["image"])


def rendre(texte: str) -> SafeString:
    """Return the HTML of a text typed by staff, safe whatever it holds."""
    jetons = _markdown.parse(texte)
    _decaler_les_titres(jetons)
    _etiqueter_les_cellules(jetons)
    for jeton in _tous(jetons):
        if jeton.type == "text":
            jeton.content = typographier(jeton.content)
    brut = _markdown.renderer.render(jetons, _markdown.options, {})
    propre = nh3.clean(brut, tags=BALISES, attributes=ATTRIBUTS, url_schemes=PROTOCOLES, link_rel="noopener noreferrer")
    return SafeString(propre)


def en_texte(texte: str) -> str:
    """Return the words of a text without its formatting: what is searched, quoted and put in mails."""
    morceaux = [jeton.content for jeton in _tous(_markdown.parse(texte)) if jeton.type in {"text", "code_inline"}]
    return re.sub(r" (?=[.,)])", "", " ".join(" ".join(morceaux).split()))


def typographier(texte: str) -> str:
    """Put the no-break spaces of French where an ordinary space was typed."""
    texte = re.sub(r" (?=:(?:\s|$))", INSECABLE, texte)
    texte = re.sub(r" (?=[;!?»](?:\s|$|[.,)]))", FINE, texte)
    texte = re.sub(r"(?<=«) ", FINE, texte)
    texte = re.sub(r"(?<=\d) (?=(?:h|€|%|km|ans?|mois|jours?)\b|[€%])", INSECABLE, texte)
    return re.sub(r"(?<=\dh) (?=\d\d\b)|(?<=\d\u00a0h) (?=\d\d\b)", INSECABLE, texte).replace("'", "’")


def _tous(jetons: list[Token]) -> list[Token]:
    return [un for jeton in jetons for un in [jeton, *(jeton.children or [])]]


def _decaler_les_titres(jetons: list[Token]) -> None:
    """Renumber the titles so that no level is skipped, for those who read by titles."""
    titres = [jeton for jeton in jetons if jeton.type in {"heading_open", "heading_close"}]
    ecart = PREMIER_NIVEAU - min((int(jeton.tag[1]) for jeton in titres), default=PREMIER_NIVEAU)
    precedent = PREMIER_NIVEAU - 1
    for jeton in titres:
        precedent = min(int(jeton.tag[1]) + ecart, NIVEAU_MAXIMAL, precedent + 1)
        jeton.tag = f"h{precedent}"


def _etiqueter_les_cellules(jetons: list[Token]) -> None:
    """Give the tables what the style sheet needs to make cards of their rows on a phone."""
    titres: list[str] = []
    colonne = 0
    for rang, jeton in enumerate(jetons):
        if jeton.type == "table_open":
            jeton.attrs = {"class": "tableau"}
            titres = []
        elif jeton.type == "tr_open":
            colonne = 0
        elif jeton.type == "th_open":
            titres.append(jetons[rang + 1].content)
            jeton.attrs = {"scope": "col", **_classe(jeton)}
        elif jeton.type == "td_open":
            principale = {"class": "tableau-principal"} if colonne == 0 else _classe(jeton)
            jeton.attrs = {"data-label": titres[colonne] if colonne < len(titres) else "", **principale}
            colonne += 1


def _classe(cellule: Token) -> dict[str, str]:
    """Markdown's right alignment is an inline style, which the security policy forbids: a class says the same."""
    return {"class": "nombre"} if "right" in str(cellule.attrs.get("style", "")) else {}
