"""What a page of the staff's site carries to say which version of a row it showed."""

import html
import re


def versions_lues(client, adresse):
    """Return the hidden fields of an admin page, as a browser would send them back."""
    page = client.get(adresse).content.decode()
    champs = re.findall(r'<input type="hidden" name="([^"]*version_lue)" value="([^"]*)"', page)
    assert champs, "La page ne porte aucune version."
    return {nom: html.unescape(valeur) for nom, valeur in champs}
