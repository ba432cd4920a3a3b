"""The clock: read here only."""

from __future__ import annotations

from datetime import UTC, datetime


def maintenant() -> datetime:
    return datetime.now(UTC)
