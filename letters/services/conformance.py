"""PDF/UA-1 and PDF/A-3a, asked of the one validator that this site uses (`page-validation`, pinned)."""

from __future__ import annotations

from dataclasses import dataclass

PDF_UA = "ua1"
PDF_A = "3a"
_FAILURES_KEPT = 5


class ConformanceCheckFailed(RuntimeError):
    """The validator itself broke down. Nothing is known about the file: the letter is held for a person."""


@dataclass(frozen=True)
class Conformance:
    """conforms, or the first rules that the file breaks."""

    conforms: bool
    failures: tuple[str, ...] = ()


def check_conformance(content: bytes, profile: str) -> Conformance:
    """Whether a PDF follows PDF_UA or PDF_A. A file that is no PDF does not. Raises ConformanceCheckFailed."""
    import page

    try:
        report = page.validate_pdf_bytes(content, profile=profile)
    except (page.ParseError, page.SafetyLimitError) as error:
        return Conformance(conforms=False, failures=(f"{type(error).__name__}: {error}",))
    except BaseException as error:  # a panic of the validator is no Exception
        if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit):
            raise
        raise ConformanceCheckFailed(f"{type(error).__name__}: {error}") from error
    failures = tuple(f"{failure.rule_id}: {failure.message}" for failure in report.failures[:_FAILURES_KEPT])
    return Conformance(conforms=report.is_compliant, failures=failures)
