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


def fits(row, sequence, previous):
    envelope, details = ([row[name] for name in names] for names in EVENT)
    details_hash = digest("claviger audit details 1", row["salt"], *details)
    expected = digest("claviger audit event 1", previous, sequence, *envelope, details_hash)
    return row["previous_hash"] == previous and row["details_hash"] == details_hash and row["hash"] == expected


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
        known[checkpoint["sequence"]] = checkpoint["hash"]
    end = max([head["sequence"], *known])
    sequence, previous = 0, ""
    while sequence < end:
        sequence += 1
        if sequence in ranges:
            pruned = ranges[sequence]
            fields = (pruned[name] for name in ("first_sequence", "last_sequence", "last_hash"))
            if not is_signed(key, pruned["signature"], "claviger audit pruned 1", *fields):
                return f"the range at {sequence} is not signed"
            sequence, previous = pruned["last_sequence"], pruned["last_hash"]
        elif sequence not in rows:
            cut_off = not any(other > sequence for other in [*rows, *ranges])
            return f"events are cut off after {sequence - 1}" if cut_off else f"event {sequence} is missing"
        elif not fits(rows[sequence], sequence, previous):
            return f"event {sequence} was changed"
        else:
            previous = rows[sequence]["hash"]
        if known.get(sequence, previous) != previous:
            return f"event {sequence} was rewritten"
    return "intact"


def main():
    database, checkpoints, key = sys.argv[1:]
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    with open(checkpoints, encoding="utf-8") as lines:
        print(verify(connection, list(lines), Ed25519PublicKey.from_public_bytes(base64.b64decode(key))))


main()
