/** The values of the commands about destinations as text for people. */
import { shellWord } from './format';
import type { Value } from './values';
import { lines, type Words } from './words';

export function destinations(list: Value<'destination-list'>, words: Words): string {
  const { text, format } = words;
  if (list.length === 0) return lines(text.noDestinations);
  const { name, kind, state, copies, waiting, failed, stored, lastUsed } = text.column;
  return words.table(
    [
      { title: name, shrinks: true },
      { title: kind },
      { title: state },
      { title: copies, align: 'right' },
      { title: waiting, align: 'right' },
      { title: failed, align: 'right' },
      { title: stored, align: 'right' },
      { title: lastUsed },
    ],
    list.map(({ config, state: now, error, copies: count, lastUsedAt }) => [
      config.name,
      config.kind,
      error ? `${wordIn(text.destinationState, now)} (${error.code})` : wordIn(text.destinationState, now),
      `${count.verified}/${count.total}`,
      String(count.waiting),
      String(count.failed),
      format.bytes(count.bytes),
      lastUsedAt ? format.ago(lastUsedAt) : text.never,
    ]),
  );
}

export function destinationAdded(value: Value<'destination-add'>, { text, format }: Words): string {
  const { config, freeBytes, copiesFound } = value;
  const word = shellWord(config.name);
  return lines(
    text.destinationAdded(config.name, freeBytes === null ? text.none : format.bytes(freeBytes)),
    copiesFound !== null && copiesFound > 0
      ? text.destinationHas(String(copiesFound), word)
      : text.destinationNext(word),
  );
}

export function scanned({ found, added, databases, foreign }: Value<'destination-scan'>, { text }: Words): string {
  return lines(
    text.scanned(String(found), String(added)),
    ...databases,
    ...foreign.map(({ file, reason }) => text.scanForeign(file, wordIn(text.foreignWhy, reason))),
  );
}

export function copied({ config, copies }: Value<'destination-copy'>, { text, format }: Words): string {
  return lines(text.copiedAll(config.name, String(copies.verified), String(copies.total), format.bytes(copies.bytes)));
}

/** The word of a closed set; the bare value when the other process knows more of them than this one. */
const wordIn = (words: Record<string, string>, value: string): string =>
  Object.hasOwn(words, value) ? (words[value] ?? value) : value;
