"""What upper rooms may listen to."""

from django.dispatch import Signal

#: Sent as letter_sealed(sender=Letter, letter=...) in the transaction that marks the letter sealed.
#: A receiver that raises undoes the sealing; the job is tried again.
letter_sealed = Signal()
