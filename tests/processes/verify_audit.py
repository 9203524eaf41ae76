"""Verifies the audit log of a SQLite file, written from docs/audit.md alone.

Usage: verify_audit.py DATABASE CHECKPOINTS PUBLIC_KEY. Prints "intact", or the first thing that does not fit.
"""

import base64
import hashlib
import json
import sqlite3
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

EVENT = (
    "id at action actor_kind actor_id subject_id target_kind target_id outcome request_id".split(),
    "actor_name target_name session_id network agent details".split(),
)


DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def time_of(id):
    time = 0
    for digit in id[:10]:
        time = 32 * time + DIGITS.index(digit)
    return time


def statement(*fields):
    encoded = [None if field is None else str(field).encode() for field in fields]
    return b"".join(b"-," if field is None else b"%d:%s," % (len(field), field) for field in encoded)


def digest(*fields):
    return hashlib.sha256(statement(*fields)).hexdigest()


def is_signed(key, signature, *fields):
    try:
        key.verify(base64.b64decode(signature), statement(*fields))
        return True
    except (InvalidSignature, ValueError):
        return False


def fits(row, sequence, previous, key):
    envelope, details = ([row[name] for name in names] for names in EVENT)
    expected = digest("claviger audit event 1", previous, sequence, *envelope, row["details_hash"])
    if row["previous_hash"] != previous or row["at"] != time_of(row["id"]) or row["hash"] != expected:
        return False
    if row["erasure"] is not None:
        return is_signed(key, row["erasure"], "claviger audit erased 1", row["hash"], *details)
    return row["details_hash"] == digest("claviger audit details 1", row["salt"], *details)


def verify(database, checkpoints, key):
    rows = {row["sequence"]: row for row in database.execute("SELECT * FROM audit WHERE sequence IS NOT NULL")}
    ranges = {row["first_sequence"]: row for row in database.execute("SELECT * FROM audit_pruned")}
    head = database.execute("SELECT * FROM audit_head").fetchone()
    known = {}
    for line in checkpoints:
        checkpoint = json.loads(line)
        fields = (checkpoint[name] for name in ("sequence", "hash", "count", "at"))
        if not is_signed(key, checkpoint["signature"], "claviger audit checkpoint 1", *fields):
            return f"the checkpoint at {checkpoint['sequence']} is not signed"
        if known.setdefault(checkpoint["sequence"], checkpoint["hash"]) != checkpoint["hash"]:
            return f"the checkpoints at {checkpoint['sequence']} contradict each other"
    if head is None:
        return "the end is not recorded"
    if any(sequence < 1 for sequence in rows):
        return f"event {min(rows)} is before the first one"
    end = max([head["sequence"], *known, *rows])
    sequence, previous = 0, ""
    while sequence < end:
        sequence += 1
        if sequence in rows:
            if not fits(rows[sequence], sequence, previous, key):
                return f"event {sequence} was changed"
            previous = rows[sequence]["hash"]
        elif sequence in ranges:
            pruned = ranges[sequence]
            fields = (pruned[name] for name in ("first_sequence", "last_sequence", "last_hash"))
            if not is_signed(key, pruned["signature"], "claviger audit pruned 1", *fields):
                return f"the range at {sequence} is not signed"
            sequence, previous = pruned["last_sequence"], pruned["last_hash"]
        else:
            cut_off = not any(other > sequence for other in [*rows, *ranges])
            return f"events are cut off after {sequence - 1}" if cut_off else f"event {sequence} is missing"
        if known.get(sequence, previous) != previous:
            return f"event {sequence} was rewritten"
    if (sequence, previous) != (head["sequence"], head["hash"]):
        return f"the recorded end is not {sequence}"
    for first, pruned in ranges.items():
        last = pruned["last_sequence"]
        if first < 1 or not first <= last <= head["sequence"] or any(first <= event <= last for event in rows):
            return f"the range at {first} does not fit"
    unsealed = database.execute("SELECT min(id) FROM audit WHERE sequence IS NULL").fetchone()[0]
    newest = database.execute("SELECT max(id) FROM audit").fetchone()[0]
    if unsealed is not None and time_of(newest) - time_of(unsealed) > 60_000:
        return "an event is not sealed"
    return "intact"


def main():
    database, checkpoints, key = sys.argv[1:]
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    with open(checkpoints, encoding="utf-8") as lines:
        print(verify(connection, list(lines), Ed25519PublicKey.from_public_bytes(base64.b64decode(key))))


main()
