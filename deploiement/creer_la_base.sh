#!/bin/sh
# First start of PostgreSQL: the portal's own role, without rights over the server, and its database.
set -eu
psql --username postgres --set ON_ERROR_STOP=1 --set mot_de_passe="$(cat /run/secrets/mot_de_passe_portail)" <<'SQL'
CREATE ROLE portail LOGIN PASSWORD :'mot_de_passe';
CREATE DATABASE portail OWNER portail;
REVOKE CONNECT ON DATABASE portail FROM PUBLIC;
SQL
