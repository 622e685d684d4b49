/** The value of each command as text for people. */
import type { Language } from '@shared/settings';
import { createTranslator, type TextKey } from '@shared/text';
import type { CommandName } from '../core/commands';
import { formats, shellWord } from './format';
import { checked, checks } from './render-check';
import { copied, destinationAdded, destinations, scanned } from './render-destinations';
import { rowPreview } from './render-rows';
import { table } from './table';
import { cliText } from './text';
import { type Value, VALUES } from './values';
import { lines, word, type Words } from './words';

interface Terminal {
  language: Language;
  /** Columns of the terminal; undefined when the output goes elsewhere. */
  columns: number | undefined;
}

/** Text for the value of a command; '' when there is nothing to say. Errors: a value of another shape throws. */
export function render(name: CommandName, value: unknown, { language, columns }: Terminal): string {
  const words: Words = {
    text: cliText(language),
    format: formats(language),
    translate: createTranslator(language),
    table: (titles, rows) => table(titles, rows, columns),
  };
  return RENDER[name](value, words);
}

const show =
  <N extends CommandName>(name: N, print: (value: Value<N>, words: Words) => string) =>
  (value: unknown, words: Words): string =>
    print(VALUES[name].parse(value) as Value<N>, words);

const RENDER: Record<CommandName, (value: unknown, words: Words) => string> = {
  'db-add': show('db-add', ({ name, path }, { text }) =>
    lines(text.added(name, path), text.addedNext(shellWord(name))),
  ),
  'db-list': show('db-list', databases),
  'db-remove': show('db-remove', ({ name }, { text }) => lines(text.removed(name))),
  backup: show('backup', (point, { text, format }) => {
    const { database, sizeBytes, contentBytes, changedPages, createdAt, file } = point;
    if (point.unchanged) return lines(text.unchanged(database, format.moment(createdAt)), file);
    const [size, time] = [format.bytes(sizeBytes), format.duration(point.durationMs)];
    const said =
      changedPages === null
        ? text.backedUp(database, size, format.bytes(contentBytes), time)
        : text.storedChanges(database, format.count(changedPages), size, time);
    return lines(said, file);
  }),
  backups: show('backups', points),
  verify: show('verify', (value, words) => {
    if (!value) return '';
    const { verified, notVerified } = words.text;
    return lines(value.verified ? verified(value.file) : notVerified(value.file)) + checks(value.checks, words);
  }),
  restore: show('restore', restored),
  drill: show('drill', (value, words) => {
    if (!value) return '';
    const moment = words.format.moment(value.createdAt);
    const sentence = value.verified ? words.text.drilled : words.text.notDrilled;
    const count = (wanted: string) => String(value.tables.filter(({ result }) => result === wanted).length);
    const older = value.drill.results
      .slice(1)
      .map(({ pointAt }) => words.text.drilledToo(words.format.moment(pointAt)));
    const compared = words.text.compared(String(value.tables.length), count('same'), count('changed'), count('gone'));
    return (
      lines(sentence(value.database, moment)) +
      checks(value.checks, words) +
      lines(...(value.tables.length > 0 ? [compared] : []), ...(value.verified ? older : []))
    );
  }),
  check: show('check', checked),
  retention: show('retention', retention),
  'catalog-rebuild': show('catalog-rebuild', (report, { text }) =>
    lines(
      text.rebuilt(String(report.found), String(report.added), String(report.missing)),
      text.rebuiltProofs(String(report.proved), String(report.failed)),
      ...report.damaged.map(text.damagedFile),
      ...report.foreign.map(text.foreign),
      ...(report.unlisted > 0 ? [text.unlisted(String(report.unlisted))] : []),
    ),
  ),
  'destination-list': show('destination-list', destinations),
  'destination-add': show('destination-add', destinationAdded),
  'destination-remove': show('destination-remove', ({ config }, { text }) =>
    lines(text.destinationRemoved(config.name)),
  ),
  'destination-scan': show('destination-scan', scanned),
  'destination-copy': show('destination-copy', copied),
  health: show('health', health),
};

function databases(list: Value<'db-list'>, words: Words): string {
  const { text, format } = words;
  if (list.length === 0) return lines(text.noDatabases);
  const { name, protection, lastProved, next, points, stored, path } = text.column;
  return words.table(
    [
      { title: name },
      { title: protection },
      { title: lastProved },
      { title: next },
      { title: points, align: 'right' },
      { title: stored, align: 'right' },
      { title: path, shrinks: true },
    ],
    list.map((entry) => [
      entry.name,
      word(words, 'protection', entry.protection),
      entry.lastProvedAt ? format.ago(entry.lastProvedAt) : text.never,
      entry.nextRun ? format.ago(entry.nextRun.at) : text.none,
      format.count(entry.restorePoints),
      format.bytes(entry.storedBytes),
      entry.path,
    ]),
  );
}

function points(list: Value<'backups'>, words: Words): string {
  const { text, format } = words;
  if (list.length === 0) return lines(text.noBackups);
  const { created, database, kind, size, content, proof, id } = text.column;
  return words.table(
    [
      { title: created },
      { title: database },
      { title: kind },
      { title: size, align: 'right' },
      { title: content, align: 'right' },
      { title: proof },
      { title: id },
    ],
    list.map((point) => [
      `${format.moment(point.createdAt)} (${format.ago(point.createdAt)})`,
      point.database,
      word(words, 'kind', point.kind),
      format.bytes(point.sizeBytes),
      format.bytes(point.contentBytes),
      word(words, 'proofState', point.state),
      point.id,
    ]),
  );
}

function restored(value: Value<'restore'>, words: Words): string {
  const { text, format } = words;
  const moment = format.moment(value.contentAt);
  if (value.preview) return lines(text.preview(value.database, moment)) + preview(value.preview, words);
  if (value.rows) return lines(text.rowsPreview(value.database, moment)) + rowPreview(value.rows, words);
  if (value.restore && value.tables) {
    return lines(text.rowsRestored(value.tables.join(', '), value.database, moment), text.restoreUndo);
  }
  if (value.restore) return lines(text.restored(value.database, moment), text.restoreUndo);
  const source = (value.encrypted ? text.decryptedFrom : text.readFrom)(value.file);
  return lines(text.savedCopy(value.database, moment, value.to), source);
}

function preview(change: NonNullable<Value<'restore'>['preview']>, words: Words): string {
  const { text, format, translate } = words;
  const rows = change.tables.filter(({ rowsNow, rowsThen, schemaChanged }) => rowsNow !== rowsThen || schemaChanged);
  const count = (value: number | null) => (value === null ? text.none : format.count(value));
  const changed = words.table(
    [
      { title: text.column.table },
      { title: text.column.now, align: 'right' },
      { title: text.column.then, align: 'right' },
      { title: '' },
    ],
    rows.map((row) => [
      row.table,
      count(row.rowsNow),
      count(row.rowsThen),
      row.schemaChanged ? text.schemaChanged : '',
    ]),
  );
  return (
    (rows.length > 0 ? changed : lines(text.noChanges)) +
    lines(
      ...change.otherSchemaChanges.map((entry) => `${entry.type} ${entry.name}: ${text.change[entry.change]}`),
      ...change.warnings.map((warning) => `! ${translate(`previewWarning.${warning}` as TextKey)}`),
      text.nothingRestored,
    )
  );
}

function retention(value: Value<'retention'>, words: Words): string {
  const { text, format, translate } = words;
  const { created, kind, size, keep, why, id } = text.column;
  const kept = value.restorePoints.filter((point) => point.keep).length;
  const counts = [String(kept), String(value.restorePoints.length - kept)] as const;
  const summary = lines((value.dryRun ? text.retentionDry : text.retentionDone)(...counts));
  if (value.restorePoints.length === 0) return summary;
  const reason = ({ reason, period }: { reason: string; period?: string | undefined }) =>
    translate(`keep.${reason}` as TextKey, period === undefined ? {} : { period });
  const whyNot = ({ rule, period, by }: { rule: string; period?: string | undefined; by?: string | undefined }) =>
    translate(`letGo.${rule}${by === undefined ? '' : '-taken'}` as TextKey, period === undefined ? {} : { period });
  return (
    words.table(
      [
        { title: created },
        { title: kind },
        { title: size, align: 'right' },
        { title: keep },
        { title: id },
        { title: why },
      ],
      value.restorePoints.map((point) => [
        format.moment(point.createdAt),
        word(words, 'kind', point.kind),
        format.bytes(point.sizeBytes),
        point.keep ? text.keeps : text.goes,
        point.id,
        (point.keep ? point.reasons.map(reason) : point.letGo.map(whyNot)).join('; '),
      ]),
    ) + summary
  );
}

function health(document: Value<'health'>, words: Words): string {
  const { text, format } = words;
  const { component, state, value: observed } = text.column;
  const rows = Object.values(document.checks).flatMap((entries) =>
    entries.map((entry) => [
      words.translate(`health.${entry.componentId}.title` as TextKey),
      text.healthStatus[entry.status],
      entry.observedValue === null ? '' : `${format.figure(entry.observedValue)} ${entry.observedUnit}`.trim(),
      entry.output ?? '',
    ]),
  );
  return (
    lines(text.healthStatus[document.status]) +
    words.table([{ title: component }, { title: state }, { title: observed }, { title: '' }], rows)
  );
}
