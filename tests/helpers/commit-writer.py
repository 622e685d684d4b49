"""As commit-writer.mjs, with Python's SQLite."""
import os
import sqlite3
import sys
import threading
import time

file, name, lines, rate, *pragmas = sys.argv[1:]
rate = float(rate)
db = sqlite3.connect(file, timeout=20, isolation_level=None)
for pragma in pragmas:
    db.execute(f"PRAGMA {pragma}")
stopped = threading.Event()
threading.Thread(target=lambda: (sys.stdin.readline(), stopped.set()), daemon=True).start()
out = os.open(lines, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
print("ready", flush=True)
started = time.monotonic()
seq = 0
while not stopped.is_set():
    if rate > 0 and seq >= (time.monotonic() - started) * rate:
        time.sleep(0.002)
        continue
    seq += 1
    db.execute("BEGIN IMMEDIATE")
    db.execute("UPDATE counter SET total = total + 1")
    total = db.execute("SELECT total FROM counter").fetchone()[0]
    filler = os.urandom(50 + (seq * 37) % 700)
    db.execute("INSERT INTO done (total, writer, seq, filler) VALUES (?, ?, ?, ?)", (total, name, seq, filler))
    db.execute("UPDATE spread SET filler = randomblob(100) WHERE id = abs(random()) % 400 + 1")
    if seq % 100 == 99:
        db.execute("UPDATE done SET filler = NULL WHERE total % 40 = ?", (seq % 40,))
    db.execute("COMMIT")
    os.write(out, f"{total} {seq}\n".encode())
db.close()
