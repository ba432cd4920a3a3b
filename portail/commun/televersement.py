"""Reception of files: bytes are counted as they come, and what passes the limits is not kept, on every page."""

from __future__ import annotations

import tempfile
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload
from django.http import HttpRequest

MEGA = 1024 * 1024
OCTETS_PAR_FICHIER = 20 * MEGA
OCTETS_PAR_REQUETE = 60 * MEGA
FICHIERS_PAR_REQUETE = 20


class CompteurOctets(FileUploadHandler):
    """Comes first of ``FILE_UPLOAD_HANDLERS``; what it dropped is told by ``fichiers_ecartes(request)``."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803 - Django's name
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        self.annonce = content_length
        self.fichiers = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.recus = 0
        self.fichiers += 1
        if self.annonce > OCTETS_PAR_REQUETE or self.fichiers > FICHIERS_PAR_REQUETE:
            self._ecarter()
            # Far beyond any form of the portal, the rest is not even read.
            raise StopUpload(connection_reset=self.annonce > 4 * OCTETS_PAR_REQUETE)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.recus += len(raw_data)
        if self.recus > OCTETS_PAR_FICHIER:
            self._ecarter()
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:
        return None

    def _ecarter(self) -> None:
        if self.request is not None:
            ecartes = getattr(self.request, "_fichiers_ecartes", [])
            self.request._fichiers_ecartes = [*ecartes, str(self.file_name)]  # type: ignore[attr-defined]


class TamponSansNom(FileUploadHandler):
    """Keeps on the disk what is too big for the memory, in a file without a name: it ends with its process."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.tampon = UploadedFile(
            tempfile.TemporaryFile(),  # noqa: SIM115 - closed with the request
            self.file_name,
            self.content_type,
            0,
            self.charset,
            self.content_type_extra,
        )

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.tampon.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[Any]:
        self.tampon.seek(0)
        self.tampon.size = file_size
        return self.tampon

    def upload_interrupted(self) -> None:
        if hasattr(self, "tampon"):
            self.tampon.close()


def fichiers_ecartes(request: HttpRequest) -> list[str]:
    """Return the names of the files that were too big to be received."""
    _ = request.FILES
    return list(getattr(request, "_fichiers_ecartes", []))
