"""What WeasyPrint does not write by itself: the tagged signature field and metadata that is PDF/A and PDF/UA at once.

Runs as WeasyPrint's finisher on the PDF's objects, before the file is written.
"""

from __future__ import annotations

import base64
import zlib
from typing import Any

SIGNATURE_FIELD = "Sig1"
_PRINT_AND_LOCKED = 4 + 128  # annotation flags
_FIELD_NAME_FOR_PEOPLE = "Seal of the review organization"

_UA_ID = (
    '<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>'
    '<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
    ' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"'
    ' xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">'
    '<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
    "<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>"
    "<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    "<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>"
    '<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">'
    "<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>"
    "<pdfaProperty:category>internal</pdfaProperty:category>"
    "<pdfaProperty:description>Part of ISO 14289 that the file follows</pdfaProperty:description>"
    "</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"
)


def finish(_document: Any, pdf: Any) -> None:
    """WeasyPrint's finisher for letters."""
    _identify_as_accessible(pdf)
    _add_signature_field(pdf)
    pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])  # WeasyPrint names the attachment twice
    _end_streams_clearly(pdf)
    _write_plainly(pdf)


def _identify_as_accessible(pdf: Any) -> None:
    """Add the PDF/UA identification with its PDF/A extension schema; PDF/A wants this stream uncompressed."""
    stream = _object(pdf, pdf.catalog["Metadata"])
    text = b"".join(part if isinstance(part, bytes) else str(part).encode() for part in stream.stream)
    closing = b"</rdf:RDF>"
    if text.count(closing) != 1:
        raise ValueError("the metadata is not what WeasyPrint is known to write")
    stream.stream = [text.replace(closing, _UA_ID.encode() + closing)]
    stream.compress = False


def _add_signature_field(pdf: Any) -> None:
    """An empty, invisible signature field on the last page, part of the structure tree as a form element."""
    import pydyf

    page_reference = pdf.page_references[-1]
    page = _object(pdf, page_reference)
    root = _object(pdf, pdf.catalog["StructTreeRoot"])
    parents = _object(pdf, root["ParentTree"])
    element_of_document = _object(pdf, root["K"][0])
    key = parents["Nums"][-2] + 1

    widget = pydyf.Dictionary(
        {
            "Type": "/Annot",
            "Subtype": "/Widget",
            "FT": "/Sig",
            "T": pydyf.String(SIGNATURE_FIELD),
            "TU": pydyf.String(_FIELD_NAME_FOR_PEOPLE),
            "Rect": pydyf.Array([0, 0, 0, 0]),
            "F": _PRINT_AND_LOCKED,
            "P": page_reference,
            "StructParent": key,
        }
    )
    pdf.add_object(widget)
    reference = pydyf.Dictionary({"Type": "/OBJR", "Obj": widget.reference, "Pg": page_reference})
    pdf.add_object(reference)
    form = pydyf.Dictionary(
        {
            "Type": "/StructElem",
            "S": "/Form",
            "Alt": pydyf.String(_FIELD_NAME_FOR_PEOPLE),
            "K": pydyf.Array([reference.reference]),
            "Pg": page_reference,
            "P": element_of_document.reference,
        }
    )
    pdf.add_object(form)
    element_of_document["K"].append(form.reference)
    parents["Nums"].extend([key, form.reference])
    root["ParentTreeNextKey"] = key + 1
    page["Annots"] = pydyf.Array([*page.get("Annots", []), widget.reference])
    page["Tabs"] = "/S"
    pdf.catalog["AcroForm"] = pydyf.Dictionary({"Fields": pydyf.Array([widget.reference])})


def _end_streams_clearly(pdf: Any) -> None:
    """Recode streams whose last byte is a line end: PDF/A could not tell it from the line end before `endstream`.

    One compressed stream in 128 ends so by chance (its checksum does).
    """
    import pydyf

    for stream in pdf.objects:
        if isinstance(stream, pydyf.Stream) and stream.data.endswith((b"\n\nendstream", b"\r\nendstream")):
            content = b"\n".join(part if isinstance(part, bytes) else str(part).encode() for part in stream.stream)
            stream.stream = [base64.a85encode(zlib.compress(content, level=9)) + b"~>"]
            stream.extra["Filter"] = pydyf.Array(["/ASCII85Decode", "/FlateDecode"])
            stream.compress = False


def _write_plainly(pdf: Any) -> None:
    """No object streams and no reference stream: nothing is compressed that this finisher has not seen."""
    write = pdf.write
    pdf.write = lambda output, version, identifier, _compress: write(output, version, identifier, compress=False)


def _object(pdf: Any, reference: bytes | str) -> Any:
    return pdf.objects[int(reference.split()[0])]
