"""What a file is, by its first bytes: names and declared types prove nothing (ASVS 5.2.2)."""

from __future__ import annotations

PDF, TIFF, JPEG, PNG = "application/pdf", "image/tiff", "image/jpeg", "image/png"
UNKNOWN = "application/octet-stream"
#: How many first bytes `kind_of` wants.
ENOUGH = 16

#: First bytes -> content type. What is not taken is here too, so that the refusal can name it.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", PDF),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"II+\x00", TIFF),
    (b"MM\x00+", TIFF),
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"MZ", "application/vnd.microsoft.portable-executable"),
    (b"\x7fELF", "application/x-executable"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
    (b"{\\rtf", "application/rtf"),
)

#: Content type -> what people call it and what they can do about it.
ADVICE: dict[str, tuple[str, str]] = {
    "application/zip": (
        "a ZIP archive or an Office document",
        "Unpack it, or save it as PDF, and send that.",
    ),
    "application/x-ole-storage": ("an older Office document", "Save it as PDF and send that."),
    "application/vnd.rar": ("a RAR archive", "Unpack it and send the files."),
    "application/x-7z-compressed": ("a 7-Zip archive", "Unpack it and send the files."),
    "application/gzip": ("a compressed file", "Unpack it and send the files."),
    "application/x-bzip2": ("a compressed file", "Unpack it and send the files."),
    "application/x-xz": ("a compressed file", "Unpack it and send the files."),
    "application/vnd.microsoft.portable-executable": ("a program", "Send records as PDF only."),
    "application/x-executable": ("a program", "Send records as PDF only."),
    "image/gif": ("a GIF picture", "Save it as PDF, TIFF, JPEG or PNG."),
    "image/webp": ("a WebP picture or a film", "Save it as PDF, TIFF, JPEG or PNG."),
    "application/rtf": ("a text document", "Save it as PDF and send that."),
}


def kind_of(beginning: bytes) -> str:
    """The content type by the first bytes; UNKNOWN when none fits."""
    return next((kind for magic, kind in _MAGIC if beginning.startswith(magic)), UNKNOWN)
