"""A stand-in for the State's payment page (TIPI, "URL" protocol), for demonstrations and tests.

A program of its own, on its own origin: it shares no code with the portal, imports the standard library only, and
moves no money. Start it with ``python -m simulateur --port 8001``; ``/simulateur/`` is the operator's page.
"""
