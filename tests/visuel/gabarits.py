"""The templates and styles of the project, as text."""

import re
from pathlib import Path

RACINE = Path(__file__).resolve().parents[2]
GABARITS = sorted((RACINE / "templates").rglob("*.html"))
#: Mail readers know no style sheet: their templates alone may carry styles.
GABARITS_DE_PAGE = [chemin for chemin in GABARITS if not {"courriels", "email"} & set(chemin.relative_to(RACINE).parts)]
FEUILLES = sorted((RACINE / "static" / "css").glob("*.css"))
COMPOSANTS = sorted(chemin.name for chemin in (RACINE / "templates" / "composants").glob("*.html"))


def nom(chemin: Path) -> str:
    return str(chemin.relative_to(RACINE))


def sans_commentaires(texte: str) -> str:
    return re.sub(r"{#.*?#}|{% comment.*?endcomment %}|<!--.*?-->", "", texte, flags=re.DOTALL)


def texte_visible(source: str) -> str:
    """What is read on the page: no template tag, no element, no script."""
    texte = sans_commentaires(source)
    texte = re.sub(r"<(script|style)\b.*?</\1>", "", texte, flags=re.DOTALL)
    return re.sub(r"{%.*?%}|<[^>]*>", "", re.sub(r"{{.*?}}", "x", texte), flags=re.DOTALL)
