// Entries that can be told apart by their number, for the writer and for what checks what was read.

/** Message of an entry with what belongs to it. */
export function messageText(number) {
  if (number % 7 !== 3) return `entry #${number} größe 크기 😀`;
  return `entry #${number} failed
Traceback (most recent call last):
  File "app.py", line ${number}, in run
    step(${number})
KeyError: ${number}

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "app.py", line 9, in <module>
ValueError: no ${number}`;
}

/** The entry as it stands in the file. */
export function entryText(number) {
  const time = new Date(Date.UTC(2026, 0, 2) + number * 10)
    .toISOString()
    .replace('T', ' ')
    .replace('.', ',')
    .slice(0, 23);
  return `${time} - app.part${number % 5} - ${number % 7 === 3 ? 'ERROR' : 'INFO'} - ${messageText(number)}\n`;
}
