import socket
import threading

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message


class Puits(Message):
    """An SMTP server that keeps what it receives; ``refus`` holds answers to give first, one per recipient."""

    def __init__(self):
        super().__init__()
        self.recus = []
        self.refus = []
        self.arrive = threading.Event()

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):  # noqa: N802 - the name is aiosmtpd's
        if self.refus:
            return self.refus.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def handle_message(self, message):
        self.recus.append(message)
        self.arrive.set()


def _port_libre():
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        return prise.getsockname()[1]


@pytest.fixture
def puits(settings):
    boite = Puits()
    serveur = Controller(boite, hostname="127.0.0.1", port=_port_libre())
    serveur.start()
    try:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = serveur.port
        yield boite
    finally:
        serveur.stop()


@pytest.fixture
def smtp_absent(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1
