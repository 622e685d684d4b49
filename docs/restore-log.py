#!/usr/bin/env python3
"""Restores any transaction of a continuously protected database with Python's standard library alone.

usage: restore-log.py NEW.sqlite WHEN FULL.sqlite.gz [….pages.gz …] FIRST.log.gz [NEXT.log.gz …] [LAST.log]

WHEN is the number of a transaction, a moment such as 2026-11-21T14:03:22Z, or "end". The files of the log are those of one
generation, in order, from the one that holds the transaction after the restore point; later ones may be left out.
"""
import datetime, gzip, hashlib, json, struct, sys

if len(sys.argv) < 5:
    sys.exit(__doc__)
target, when, full, *rest = sys.argv[1:]
changes = [path for path in rest if path.endswith('.pages.gz')]
logs = [path for path in rest if path not in changes]
number, moment = None, None
if when.isdigit():
    number = int(when)
elif when != 'end':
    parsed = datetime.datetime.fromisoformat(when.replace('Z', '+00:00'))
    moment = parsed.astimezone().timestamp() * 1000


def manifest(path):
    with open(path, 'rb') as file:
        file.seek(-14, 2)  # the length of the trailer, and ten fixed bytes
        file.seek(-struct.unpack('<I', file.read(4))[0], 2)
        head = file.read(16)
        return json.loads(file.read(struct.unpack_from('<H', head, 14)[0]))


def restore_point(image):
    with gzip.open(full) as content:
        while piece := content.read(1 << 20):
            image.write(piece)
    for path in changes:
        with gzip.open(path) as content:
            magic, size, pages, changed, _ = struct.unpack('<16s4I', content.read(32))
            if magic != b'HOLDFAST CHANGE\n':
                sys.exit(f'{path} holds no changed pages')
            for page in struct.unpack(f'<{changed}I', content.read(4 * changed)):
                image.seek((page - 1) * size)
                image.write(content.read(size))
            image.truncate(pages * size)
    image.seek(0)
    found = hashlib.sha256()
    while piece := image.read(1 << 20):
        found.update(piece)
    said = manifest(changes[-1] if changes else full)
    if found.hexdigest() != said['contentSha256']:
        sys.exit(f'{target} is not what {said["id"]} says: a file is missing, damaged or in the wrong place')
    return said['id']


def base_of(point):
    for path in reversed(logs):
        if path.endswith('.gz'):
            for base in manifest(path)['bases']:
                if base['pointId'] == point:
                    return base
    sys.exit(f'no file of the log says that it can be replayed on {point}')


def record(content, size, before):
    """One whole transaction, or None where the file ends or what follows is torn."""
    head = content.read(40)
    if len(head) < 40 or head[:4] != b'TXN\n':
        return None
    pages, after, _, found, begun, until = struct.unpack('<3I3Q', head[4:])
    numbers = content.read(4 * pages)
    body = content.read(size * pages)
    own = hashlib.sha256(before + head + numbers + body).digest()
    if own != content.read(32):
        return None
    return found, until, after, struct.unpack(f'<{pages}I', numbers), body, own


def replay(image, base):
    last, before, previous, pages = None, None, None, None
    for path in logs:
        sealed = path.endswith('.gz')
        with gzip.open(path) if sealed else open(path, 'rb') as content:
            magic, size, segment, done, name, link = struct.unpack('<16s2IQ32s32s', content.read(96))
            if magic != b'HOLDFAST LOG 1\n\0' or name.rstrip(b'\0').decode() != base['generationId']:
                sys.exit(f'{path} is no file of generation {base["generationId"]}')
            follows = done <= base['replayFrom'] if last is None else (done, link, segment) == (last, before, previous + 1)
            if not follows:
                sys.exit(f'{path} does not follow what comes before it')
            last, before, previous = done, link, segment
            while found := record(content, size, before):
                at, until, after, numbers, body, own = found
                if at != last + 1:
                    sys.exit(f'{path}: transaction {at} after {last}')
                if (number is not None and at > number) or (moment is not None and until > moment):
                    return last, pages
                last, before = at, own
                if at > base['replayFrom']:
                    pages = after * size
                    for index, page in enumerate(numbers):
                        image.seek((page - 1) * size)
                        image.write(body[index * size : (index + 1) * size])
            if sealed and last != manifest(path)['lastTransaction']:
                sys.exit(f'{path} is damaged after transaction {last}')
    return last, pages


with open(target, 'xb+') as image:
    base = base_of(restore_point(image))
    reached, length = replay(image, base)
    if reached < base['usableFrom'] or (number is not None and reached < number):
        sys.exit(f'{target} is not right: the log was replayed to transaction {reached} only')
    if length is not None:
        image.truncate(length)
print(f'{target} holds everything up to transaction {reached}')
