"""``python -m simulateur --port 8001 [--hote 127.0.0.1] [--autorise http://127.0.0.1:8000]``."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
from collections.abc import Sequence

from simulateur.regles import origine_de
from simulateur.serveur import Serveur


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves until TERM or Ctrl-C; returns the exit status."""
    analyseur = argparse.ArgumentParser(prog="simulateur", description="Simulateur de la page de paiement TIPI.")
    analyseur.add_argument("--port", type=int, default=8001, help="port d’écoute (8001) ; 0 prend un port libre")
    analyseur.add_argument("--hote", default="127.0.0.1", help="adresse d’écoute (127.0.0.1)")
    analyseur.add_argument(
        "--autorise",
        action="append",
        default=[],
        metavar="ORIGINE",
        type=_origine,
        help="origine qui peut être notifiée, répétable ; à défaut, toute adresse de cette machine",
    )
    options = analyseur.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s", stream=sys.stderr)
    try:
        serveur = Serveur(options.hote, options.port, frozenset(options.autorise))
    except (OSError, OverflowError) as erreur:
        sys.stderr.write(f"Simulateur : impossible d’écouter sur {options.hote}:{options.port} ({erreur}).\n")
        return 1
    for numero in (signal.SIGTERM, signal.SIGINT):
        # shutdown() waits for the serving loop, which this very thread runs: it has to be called from another one.
        signal.signal(numero, lambda *_: threading.Thread(target=serveur.shutdown).start())
    hote = f"[{options.hote}]" if ":" in options.hote else options.hote
    sys.stdout.write(f"Simulateur de paiement : http://{hote}:{serveur.server_port}/simulateur/\n")
    sys.stdout.flush()
    with serveur:
        serveur.serve_forever(poll_interval=0.1)
    return 0


def _origine(texte: str) -> str:
    try:
        return origine_de(texte)
    except ValueError:
        raise argparse.ArgumentTypeError(f"« {texte} » n’est pas une origine http ou https") from None


if __name__ == "__main__":
    sys.exit(main())
