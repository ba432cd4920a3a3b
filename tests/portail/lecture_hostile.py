"""Reading of a page as a browser reads it: what in it could run, load or send, that the portal did not put there."""

import re
from urllib.parse import urlsplit

import tinyhtml5

#: Addresses to which the pages and the mails of the portal lead, outside of it.
HOTES_CONNUS = {"exemple.fr", "www.exemple.fr", "www.cnil.fr", "formulaire.defenseurdesdroits.fr"} | {
    "www.defenseurdesdroits.fr",
    "portail.exemple.fr",
    "127.0.0.1:8000",
    "127.0.0.1:8001",
    "testserver",
}
INTERDITS = {"iframe", "frame", "frameset", "object", "embed", "base", "math", "applet", "foreignobject"} | {
    "animate",
    "audio",
    "video",
    "marquee",
}
ADRESSES = {"href", "src", "action", "formaction", "data", "poster", "srcset", "ping", "background", "xlink:href"}
#: Those that the browser follows by itself.
CHARGEES = {"src", "data", "poster", "srcset", "background"}
SCRIPTS = ("/static/", "/gestion/jsi18n/")
INUTILES = re.compile(r"[\x00-\x20]")


def fautes(html, *, courriel=False):
    """Return what is wrong, as sentences; ``courriel``: a mail has inline styles, a page has none."""
    return [faute for element in tinyhtml5.parse(html).iter() for faute in _fautes(element, courriel)]


def _fautes(element, courriel):
    if not isinstance(element.tag, str):
        return
    nom = element.tag.rpartition("}")[2].lower()
    attributs = {cle.rpartition("}")[2].lower(): valeur for cle, valeur in element.attrib.items()}
    if nom in INTERDITS:
        yield f"<{nom}>"
    if nom == "script" and not _script_du_portail(attributs):
        yield "<script>"
    yield from _du_chargement(nom, attributs)
    if not courriel and (nom == "style" or "style" in attributs):
        yield f"style dans <{nom}>"
    for cle, valeur in attributs.items():
        if cle.startswith("on"):
            yield f"<{nom} {cle}>"
        if cle in ADRESSES and not _adresse_permise(cle, valeur):
            yield f"<{nom} {cle}={valeur[:60]!r}>"


def _du_chargement(nom, attributs):
    if nom == "meta" and attributs.get("http-equiv", "content-type").lower() != "content-type":
        yield "<meta http-equiv>"
    if nom == "link" and not attributs.get("href", "").startswith("/"):
        yield "<link> vers l’extérieur"
    if "url(" in attributs.get("style", "") or "srcdoc" in attributs:
        yield f"<{nom} style ou srcdoc>"


def _script_du_portail(attributs):
    return attributs.get("type") == "application/json" or attributs.get("src", "").startswith(SCRIPTS)


def _adresse_permise(cle, valeur):
    morceaux = urlsplit(INUTILES.sub("", valeur))
    if morceaux.scheme in {"mailto", "tel"}:
        return cle == "href"
    if morceaux.scheme not in {"", "http", "https"}:
        return False
    return not morceaux.netloc or (cle not in CHARGEES and morceaux.netloc in HOTES_CONNUS)
