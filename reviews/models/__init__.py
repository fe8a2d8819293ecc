from reviews.models.approval import ReviewerApproval
from reviews.models.assignment import Assignment, Statement
from reviews.models.credentialing import (
    AdverseChange,
    Attestation,
    AuditFinding,
    AuditRun,
    CredentialCheck,
    ProfileChange,
    Reminder,
    RosterNote,
    TrainingRecord,
)
from reviews.models.determination import Cancellation, Determination
from reviews.models.interest import Affiliation, ProductInterest, Relation
from reviews.models.look_up import ConfirmedSequence, LookUp
from reviews.models.offer_list import OfferList, OfferListEntry
from reviews.models.on_call import OnCall
from reviews.models.payment import Payment
from reviews.models.person_alias import PersonAlias
from reviews.models.person_pair import PersonPair
from reviews.models.proposal import ProposalRun, ProposedLoad, ProposedPair, UnplacedCase
from reviews.models.review import ItemReview, QualityCheck, Review, ReviewerCitation
from reviews.models.reviewer import (
    AwayPeriod,
    BillingOrganization,
    Certification,
    Exclusion,
    License,
    PracticeAddress,
    Reviewer,
    Sanction,
)
from reviews.models.specialty import SpecialtyEdition, SpecialtyField, SpecialtyList, SpecialtyNode
from reviews.models.waiver import Waiver
from reviews.models.weighing import Weighing

__all__ = [
    "AdverseChange",
    "Affiliation",
    "Assignment",
    "Attestation",
    "AuditFinding",
    "AuditRun",
    "AwayPeriod",
    "BillingOrganization",
    "Cancellation",
    "Certification",
    "ConfirmedSequence",
    "CredentialCheck",
    "Determination",
    "Exclusion",
    "ItemReview",
    "License",
    "LookUp",
    "OfferList",
    "OfferListEntry",
    "OnCall",
    "Payment",
    "PersonAlias",
    "PersonPair",
    "PracticeAddress",
    "ProductInterest",
    "ProfileChange",
    "ProposalRun",
    "ProposedLoad",
    "ProposedPair",
    "QualityCheck",
    "Relation",
    "Reminder",
    "Review",
    "Reviewer",
    "ReviewerApproval",
    "ReviewerCitation",
    "RosterNote",
    "Sanction",
    "SpecialtyEdition",
    "SpecialtyField",
    "SpecialtyList",
    "SpecialtyNode",
    "Statement",
    "TrainingRecord",
    "UnplacedCase",
    "Waiver",
    "Weighing",
]
