#!/usr/bin/env python3
"""Restores a chain of Holdfast backups with Python's standard library alone.

usage: restore-changes.py NEW.sqlite FULL.sqlite.gz [FIRST.pages.gz [SECOND.pages.gz …]]
"""
import gzip, hashlib, json, struct, sys

if len(sys.argv) < 3:
    sys.exit(__doc__)
target, full, *changes = sys.argv[1:]


def manifest(path):
    with open(path, 'rb') as file:
        file.seek(-14, 2)  # the length of the trailer, and ten fixed bytes
        file.seek(-struct.unpack('<I', file.read(4))[0], 2)
        head = file.read(16)
        return json.loads(file.read(struct.unpack_from('<H', head, 14)[0]))


with open(target, 'xb+') as image:
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

last = changes[-1] if changes else full
if found.hexdigest() != manifest(last)['contentSha256']:
    sys.exit(f'{target} is not what {last} says: a file is missing, damaged or in the wrong place')
