"""What the parts of the site tell about themselves, and which limits they pass. Functions of values only."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

DATABASE, REDIS, WORKER, SCHEDULER = "database", "redis", "worker", "scheduler"
WAITING, HELD, QUEUE, DISK, SEAL = "waiting jobs", "held jobs", "queue", "disk", "seal certificate"
ENCRYPTION = "files at rest"
PAPER = "paper"

_GIB = 1024**3


class Level(StrEnum):
    GOOD = "good"
    SOON = "soon"  # somebody must act, nothing stands still yet
    BAD = "bad"
    UNKNOWN = "unknown"  # cannot be read now, because another part is away


@dataclass(frozen=True)
class Limits:
    """silence, waiting: durations; queue: messages; disk: free bytes; seal: time before the certificate ends."""

    silence: dt.timedelta = dt.timedelta(seconds=30)
    waiting: dt.timedelta = dt.timedelta(minutes=2)
    queue: int = 500
    disk: int = 2 * _GIB
    seal: dt.timedelta = dt.timedelta(days=30)


@dataclass(frozen=True)
class Readings:
    """One look at every part; None where a part could not be read or has never given a sign.

    waiting_since: when the job that is due longest became due; held: jobs given up until a person looks; queue:
    messages in Redis; disk_free: bytes beside the files; seal_until: end of the seal certificate; encrypted: files at
    rest are, None where nobody asks (no production); paper_late: print batches past their cut-off without a
    confirmed hand-over, and notices that nobody put into one for a day.
    """

    now: dt.datetime
    database: bool
    redis: bool
    worker_at: dt.datetime | None = None
    scheduler_at: dt.datetime | None = None
    waiting_since: dt.datetime | None = None
    waiting: int = 0
    held: int = 0
    queue: int | None = None
    disk_free: int | None = None
    seal_until: dt.datetime | None = None
    encrypted: bool | None = None
    paper_late: int = 0


@dataclass(frozen=True)
class Sign:
    """One line of the health page: what was read, against which limit, and what to do where it is passed."""

    key: str
    title: str
    level: Level
    reading: str
    limit: str
    advice: str = ""


def judge(readings: Readings, limits: Limits) -> list[Sign]:
    """Every part in the order in which a person should look: what others stand on comes first."""
    signs = [_database(readings), _redis(readings)]
    if readings.database:
        signs += [_worker(readings, limits), _scheduler(readings, limits), _waiting(readings, limits), _held(readings)]
    else:
        titles = {WORKER: "Worker", SCHEDULER: "Scheduler", WAITING: "Waiting jobs", HELD: "Held jobs"}
        signs += [_unknown(key, title, "The database is away.") for key, title in titles.items()]
    signs += [_queue(readings, limits), _disk(readings, limits), _seal(readings, limits), _paper(readings)]
    return [*signs, _encryption(readings)] if readings.encrypted is not None else signs


def troubles(signs: list[Sign]) -> list[Sign]:
    return [sign for sign in signs if sign.level is Level.BAD]


def passed_limits(signs: list[Sign]) -> list[Sign]:
    """What the administrators are told of."""
    return [sign for sign in signs if sign.level in (Level.BAD, Level.SOON)]


def age(duration: dt.timedelta) -> str:
    """A duration as people say it: "40 seconds", "3 minutes", "2 hours", "5 days"."""
    seconds = max(int(duration.total_seconds()), 0)
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}s"
    return f"{seconds} second{'' if seconds == 1 else 's'}"


def _database(readings: Readings) -> Sign:
    if readings.database:
        return Sign(DATABASE, "Database", Level.GOOD, "Answers.", "Must answer.")
    return Sign(
        DATABASE, "Database", Level.BAD, "Does not answer.", "Must answer.",
        "Start PostgreSQL, or mend the network to it. Nobody can work until it answers; nothing filed is lost.",
    )  # fmt: skip


def _redis(readings: Readings) -> Sign:
    if readings.redis:
        return Sign(REDIS, "Redis", Level.GOOD, "Answers.", "Must answer.")
    return Sign(
        REDIS, "Redis", Level.BAD, "Does not answer.", "Must answer.",
        "Start Redis. Letters and mails wait in the database until then and go out by themselves afterwards.",
    )  # fmt: skip


def _worker(readings: Readings, limits: Limits) -> Sign:
    return _life(
        WORKER, "Worker", readings.worker_at, readings.now, limits,
        "Start the Celery worker (unit imr-worker). No letter is rendered or sealed until it runs.",
    )  # fmt: skip


def _scheduler(readings: Readings, limits: Limits) -> Sign:
    return _life(
        SCHEDULER, "Scheduler", readings.scheduler_at, readings.now, limits,
        "Start Celery beat (unit imr-beat). Jobs whose message was lost are not sent again until it runs.",
    )  # fmt: skip


def _life(key: str, title: str, at: dt.datetime | None, now: dt.datetime, limits: Limits, advice: str) -> Sign:
    limit = f"A sign of life every {age(limits.silence)}."
    if at is None:
        return Sign(key, title, Level.BAD, "Has never given a sign of life.", limit, advice)
    silent = now - at
    if silent > limits.silence:
        return Sign(key, title, Level.BAD, f"Stopped: the last sign of life was {age(silent)} ago.", limit, advice)
    return Sign(key, title, Level.GOOD, f"Last sign of life {age(silent)} ago.", limit)


def _waiting(readings: Readings, limits: Limits) -> Sign:
    title, limit = "Waiting jobs", f"None due longer than {age(limits.waiting)}."
    if readings.waiting_since is None:
        reading = f"{_count(readings.waiting, 'job')} waiting, none due." if readings.waiting else "None waiting."
        return Sign(WAITING, title, Level.GOOD, reading, limit)
    due = readings.now - readings.waiting_since
    reading = f"{_count(readings.waiting, 'job')} waiting, the oldest due for {age(due)}."
    if due <= limits.waiting:
        return Sign(WAITING, title, Level.GOOD, reading, limit)
    return Sign(
        WAITING, title, Level.BAD, reading, limit,
        "Look at the worker, the scheduler and Redis. With all three running, start more workers.",
    )  # fmt: skip


def _held(readings: Readings) -> Sign:
    if not readings.held:
        return Sign(HELD, "Held jobs", Level.GOOD, "None.", "None.")
    return Sign(
        HELD, "Held jobs", Level.BAD, f"{_count(readings.held, 'job')} failed at every try.", "None.",
        "Open the page of failed letters, read the error, mend its cause and retry.",
    )  # fmt: skip


def _queue(readings: Readings, limits: Limits) -> Sign:
    title, limit = "Queue", f"At most {limits.queue:,} messages."
    if readings.queue is None:
        return _unknown(QUEUE, title, "Redis is away.")
    reading = f"{_count(readings.queue, 'message')}."
    if readings.queue <= limits.queue:
        return Sign(QUEUE, title, Level.GOOD, reading, limit)
    return Sign(QUEUE, title, Level.BAD, reading, limit, "Start more workers: more comes in than they can do.")


def _disk(readings: Readings, limits: Limits) -> Sign:
    title, limit = "Disk", f"At least {_size(limits.disk)} free."
    if readings.disk_free is None:
        return _unknown(DISK, title, "The files are not on a disk of this machine.")
    reading = f"{_size(readings.disk_free)} free."
    if readings.disk_free >= limits.disk:
        return Sign(DISK, title, Level.GOOD, reading, limit)
    return Sign(DISK, title, Level.BAD, reading, limit, "Make room or a larger disk before letters cannot be stored.")


def _seal(readings: Readings, limits: Limits) -> Sign:
    title, limit = "Seal certificate", f"Valid for {age(limits.seal)} more."
    if readings.seal_until is None:
        return _unknown(SEAL, title, "No letter has been sealed yet." if readings.database else "The database is away.")
    left = readings.seal_until - readings.now
    if left <= dt.timedelta(0):
        advice = "Install the new seal key now (docs/operate.md, Keys): letters cannot be sealed."
        return Sign(SEAL, title, Level.BAD, f"Expired {age(-left)} ago.", limit, advice)
    if left < limits.seal:
        advice = "Order the new certificate now; installing it is in docs/operate.md, Keys."
        return Sign(SEAL, title, Level.SOON, f"Expires in {age(left)}.", limit, advice)
    return Sign(SEAL, title, Level.GOOD, f"Expires in {age(left)}.", limit)


def _encryption(readings: Readings) -> Sign:
    title, limit = "Files at rest", "Encrypted."
    if readings.encrypted:
        return Sign(ENCRYPTION, title, Level.GOOD, "Encrypted.", limit)
    return Sign(
        ENCRYPTION, title, Level.SOON, "Records lie on the disk as plain files.", limit,
        "Set IMR_FILE_KEYS, or IMR_DISK_ENCRYPTED where the disk does it (docs/operate.md, Files at rest).",
    )  # fmt: skip


def _paper(readings: Readings) -> Sign:
    title, limit = "Paper", "With the carrier by the cut-off."
    if not readings.database:
        return _unknown(PAPER, title, "The database is away.")
    if not readings.paper_late:
        return Sign(PAPER, title, Level.GOOD, "Nothing is late.", limit)
    return Sign(
        PAPER, title, Level.SOON, f"{readings.paper_late:,} passed the cut-off without being mailed.", limit,
        "Open Notices: make the print batch, hand it over, and confirm. Nothing counts as mailed before.",
    )  # fmt: skip


def _unknown(key: str, title: str, reading: str) -> Sign:
    return Sign(key, title, Level.UNKNOWN, reading, "")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _size(size: int) -> str:
    return f"{size / _GIB:.1f} GiB"
