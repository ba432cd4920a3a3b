#!/bin/sh
# Draw the secrets of a new installation in secrets/; those that exist are kept. Only email_url is left to write.
set -eu
cd "$(dirname "$(readlink -f "$0")")/.."
mkdir -p secrets
chmod 700 secrets
tirer() { python3 -c "import secrets; print(secrets.token_urlsafe($1), end='')"; }
ecrire() {
    [ -e "secrets/$1" ] && return
    printf '%s' "$2" >"secrets/$1"
    # Read by the accounts of the containers; the folder keeps everybody else out.
    chmod 444 "secrets/$1"
    echo "secrets/$1 : créé"
}
ecrire cle_secrete "$(tirer 60)"
# 32 bytes in base64, with their padding. Save this one apart from the backups of the database.
ecrire cles_chiffrement "$(tirer 32)="
ecrire mot_de_passe_postgres "$(tirer 30)"
ecrire mot_de_passe_portail "$(tirer 30)"
ecrire database_url "postgres://portail:$(cat secrets/mot_de_passe_portail)@postgres:5432/portail"
[ -e secrets/email_url ] || echo "Reste à écrire secrets/email_url, comme : smtp+tls://compte:mot-de-passe@smtp.exemple.fr:587"
