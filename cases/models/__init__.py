from cases.models.access_code import AccessCode, AccessCodeTry
from cases.models.arrival import Arrival
from cases.models.bundle import BundleAct, BundleProposal
from cases.models.case import Application, Case, CaseEvent, CaseNumberCounter, Claim, UtilizationReview
from cases.models.contact import (
    BulkHandover,
    CaseNote,
    CasePresence,
    CaseTask,
    CaseTrouble,
    ContactNote,
    DeskFigures,
    DeskHandover,
    SavedFilter,
)
from cases.models.deadline import CaseTarget, Deadline, DeadlineEvent, HolidayOverride, RulesInForce
from cases.models.document import Document
from cases.models.eligibility import EligibilityDecision, EligibilityQuestion, Remand
from cases.models.incident import Incident, IncidentViewer
from cases.models.item import AdministratorCitation, Diagnosis, DisputedItem
from cases.models.match import ArrivalMatch, ArrivalSuggestion
from cases.models.notice import Notice, NoticeCopy, PrintBatch
from cases.models.organization import Organization, OrganizationAlias, OrganizationParent, RegisterStamp
from cases.models.organization_pair import OrganizationPair
from cases.models.page import Page, Reading
from cases.models.pair import CasePair
from cases.models.party import Party
from cases.models.party_answer import PartyAnswer
from cases.models.person import Person, Worker
from cases.models.record_request import Chaser, ChaserStep, LateRecord, RecordMark, RecordRequest
from cases.models.scan import ScanBatch, ScannedApplication
from cases.models.upload import Upload

__all__ = [
    "AccessCode",
    "AccessCodeTry",
    "AdministratorCitation",
    "Application",
    "Arrival",
    "ArrivalMatch",
    "ArrivalSuggestion",
    "BulkHandover",
    "BundleAct",
    "BundleProposal",
    "Case",
    "CaseEvent",
    "CaseNote",
    "CaseNumberCounter",
    "CasePair",
    "CasePresence",
    "CaseTarget",
    "CaseTask",
    "CaseTrouble",
    "Chaser",
    "ChaserStep",
    "Claim",
    "ContactNote",
    "Deadline",
    "DeadlineEvent",
    "DeskFigures",
    "DeskHandover",
    "Diagnosis",
    "DisputedItem",
    "Document",
    "EligibilityDecision",
    "EligibilityQuestion",
    "HolidayOverride",
    "Incident",
    "IncidentViewer",
    "LateRecord",
    "Notice",
    "NoticeCopy",
    "Organization",
    "OrganizationAlias",
    "OrganizationPair",
    "OrganizationParent",
    "Page",
    "Party",
    "PartyAnswer",
    "Person",
    "PrintBatch",
    "Reading",
    "RecordMark",
    "RecordRequest",
    "RegisterStamp",
    "Remand",
    "RulesInForce",
    "SavedFilter",
    "ScanBatch",
    "ScannedApplication",
    "Upload",
    "UtilizationReview",
    "Worker",
]
