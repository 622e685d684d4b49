/** Lines of Holdfast's own log as they stand in its files: JSON, without secrets. */
import { linesIn, type LineBatch, type QueuedLine } from './line-queue';
import { isSecretName, REDACTED, redactText, redactValue } from './redact';

const OWN_NAMES = new Set(['time', 'level', 'part', 'message']);

/** Messages and names come again and again. */
class Known<T> {
  private readonly values = new Map<string, T>();
  constructor(private readonly make: (text: string) => T) {}

  of(text: string): T {
    const known = this.values.get(text);
    if (known !== undefined) return known;
    const made = this.make(text);
    if (text.length > 256) return made;
    if (this.values.size >= 2_000) this.values.clear();
    this.values.set(text, made);
    return made;
  }
}

const messages = new Known((text) => JSON.stringify(redactText(text)));
const names = new Known((name) => ({
  // a field does not take the place of what every line has
  json: JSON.stringify(redactText(OWN_NAMES.has(name) ? `_${name}` : name)),
  isSecret: isSecretName(name),
}));

export interface WrittenLine {
  /** Without the line feed. */
  json: string;
  isNotice: boolean;
  level: QueuedLine['level'];
}

/** The lines of a batch, ready for the file. */
export function writtenLines(batch: LineBatch): WrittenLine[] {
  let lastMs = Number.NaN;
  let time = '';
  const written: WrittenLine[] = [];
  for (const line of linesIn(batch)) {
    if (line.atMs !== lastMs) {
      lastMs = line.atMs;
      time = new Date(lastMs).toISOString();
    }
    let json = `{"time":"${time}","level":"${line.level}"`;
    if (line.part !== '') json += `,"part":${messages.of(line.part)}`;
    json += `,"message":${messages.of(line.message)}`;
    for (const field of line.fields) json += `,${names.of(field.name).json}:${valueOf(field)}`;
    written.push({ json: `${json}}`, isNotice: line.isNotice, level: line.level });
  }
  return written;
}

function valueOf({ name, value, isJson }: QueuedLine['fields'][number]): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (names.of(name).isSecret) return JSON.stringify(REDACTED);
  if (typeof value === 'number') return String(value);
  return JSON.stringify(isJson ? redactValue(JSON.parse(value)) : redactText(value));
}
