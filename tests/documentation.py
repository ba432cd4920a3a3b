"""Reading of the guides of ``docs/``: their worked tables are tried by the tests."""

from pathlib import Path


def cellules(page: Path, titre: str, rang: int = 0) -> list[dict[str, str]]:
    """Return the rows of the ``rang``-th table under the heading that has ``titre``, by the words of its header."""
    tables: list[list[list[str]]] = []
    dedans = False
    precedente = ""
    for ligne in page.read_text().splitlines():
        if ligne.startswith("#"):
            dedans = titre in ligne
        elif dedans and ligne.startswith("|"):
            if not precedente.startswith("|"):
                tables.append([])
            tables[-1].append([cellule.strip() for cellule in ligne.strip("|").split("|")])
        precedente = ligne
    entete, _, *lignes = tables[rang]
    assert lignes, f"{page.name}, « {titre} » : tableau vide"
    return [dict(zip(entete, ligne, strict=True)) for ligne in lignes]


def paragraphe(page: Path, debut: str) -> str:
    """Return the paragraph or the item of a list that begins so, its lines joined."""
    lignes = page.read_text().splitlines()
    premier = next(rang for rang, ligne in enumerate(lignes) if ligne.startswith(debut))
    suite = [lignes[premier]]
    for ligne in lignes[premier + 1 :]:
        if not ligne.strip() or ligne.startswith(("- ", "#", "|")):
            break
        suite.append(ligne)
    return " ".join(suite)
