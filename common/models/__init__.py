from common.models.heartbeat import Heartbeat
from common.models.outbox import OutboxJob
from common.models.stored_file import StoredFile

__all__ = ["Heartbeat", "OutboxJob", "StoredFile"]
