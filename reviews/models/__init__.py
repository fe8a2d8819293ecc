from reviews.models.assignment import Assignment, Statement
from reviews.models.determination import Cancellation, Determination
from reviews.models.interest import Affiliation, ProductInterest, Relation
from reviews.models.offer_list import OfferList, OfferListEntry
from reviews.models.on_call import OnCall
from reviews.models.payment import Payment
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

__all__ = [
    "Affiliation",
    "Assignment",
    "AwayPeriod",
    "BillingOrganization",
    "Cancellation",
    "Certification",
    "Determination",
    "Exclusion",
    "ItemReview",
    "License",
    "OfferList",
    "OfferListEntry",
    "OnCall",
    "Payment",
    "PracticeAddress",
    "ProductInterest",
    "QualityCheck",
    "Relation",
    "Review",
    "Reviewer",
    "ReviewerCitation",
    "Sanction",
    "Statement",
]
