import { describe, expect, test } from 'vitest';
import {
  PROMETHEUS_LIMITS,
  PrometheusReader,
  type Sample,
  UnreadableText,
} from '../../../electron/ingest/prometheus-text';

function read(text: string, openMetrics = false, pieceLength = text.length): Sample[] {
  const samples: Sample[] = [];
  const reader = new PrometheusReader(openMetrics, (sample) => samples.push(sample));
  for (let at = 0; at < text.length; at += Math.max(1, pieceLength)) reader.push(text.slice(at, at + pieceLength));
  reader.end();
  return samples;
}
const brief = (samples: Sample[]) =>
  samples.map(({ name, labels, value, atMs, family }) => [
    name,
    Object.fromEntries(labels),
    value,
    atMs,
    `${family.name} ${family.type}${family.unit && ` ${family.unit}`}`,
  ]);

const TEXT = `# HELP http_requests_total The total number of HTTP requests.
# TYPE http_requests_total counter
http_requests_total{method="post",code="200"} 1027 1395066363000
http_requests_total{method="post",code="400",} 3

# Escaping in label values:
msdos_file_access_time_seconds{path="C:\\\\DIR\\\\FILE.TXT",error="Cannot find file:\\n\\"FILE.TXT\\""} 1.458255915e9
metric_without_timestamp_and_labels 12.47
something_weird{problem="division by zero"} +Inf -3982045
# TYPE rpc_duration_seconds summary
rpc_duration_seconds { quantile = "0.5" , } 4773
rpc_duration_seconds_sum 1.7560473e+07
rpc_duration_seconds_count 2693
not_a_number NaN
`;

describe('the text format', () => {
  test('reads names, labels, escapes, values and times', () => {
    expect(brief(read(TEXT))).toEqual([
      ['http_requests_total', { method: 'post', code: '200' }, 1027, 1395066363000, 'http_requests_total counter'],
      ['http_requests_total', { method: 'post', code: '400' }, 3, null, 'http_requests_total counter'],
      [
        'msdos_file_access_time_seconds',
        { path: 'C:\\DIR\\FILE.TXT', error: 'Cannot find file:\n"FILE.TXT"' },
        1.458255915e9,
        null,
        'msdos_file_access_time_seconds untyped',
      ],
      ['metric_without_timestamp_and_labels', {}, 12.47, null, 'metric_without_timestamp_and_labels untyped'],
      ['something_weird', { problem: 'division by zero' }, Infinity, -3982045, 'something_weird untyped'],
      ['rpc_duration_seconds', { quantile: '0.5' }, 4773, null, 'rpc_duration_seconds summary'],
      ['rpc_duration_seconds_sum', {}, 1.7560473e7, null, 'rpc_duration_seconds summary'],
      ['rpc_duration_seconds_count', {}, 2693, null, 'rpc_duration_seconds summary'],
      ['not_a_number', {}, Number.NaN, null, 'not_a_number untyped'],
    ]);
  });

  test.each([1, 7, 64])('reads the same in pieces of %i characters, with line ends of both kinds', (length) => {
    expect(read(TEXT.replaceAll('\n', '\r\n'), false, length)).toEqual(read(TEXT));
    expect(read(TEXT.trimEnd(), false, length)).toEqual(read(TEXT));
  });

  test('a family takes only the suffixes of its type', () => {
    const samples = read('# TYPE a gauge\na_count 1\n# TYPE b histogram\nb_count 1\nb_bucket{le="+Inf"} 1\nb_max 1\n');
    expect(samples.map(({ family }) => `${family.name} ${family.type}`)).toEqual([
      'a_count untyped',
      'b histogram',
      'b histogram',
      'b_max untyped',
    ]);
  });
});

describe('OpenMetrics', () => {
  test('reads units, seconds, exemplars and the end mark', () => {
    const text = `# TYPE foo_seconds counter
# UNIT foo_seconds seconds
# HELP foo_seconds Help with a \\\\ in it
foo_seconds_total{a="b # c"} 17.0 1520879607.789 # {trace_id="KOO5S4vxi0o"} 0.67 1520879607.1
foo_seconds_created 1520430000.123
# TYPE up stateset
up{up="a"} 1 # {x="y"} 1
# EOF
`;
    expect(brief(read(text, true))).toEqual([
      ['foo_seconds_total', { a: 'b # c' }, 17, 1520879607789, 'foo_seconds counter seconds'],
      ['foo_seconds_created', {}, 1520430000.123, null, 'foo_seconds counter seconds'],
      ['up', { up: 'a' }, 1, null, 'up stateset'],
    ]);
  });

  test('without its end mark it was cut off', () => {
    expect(() => read('a 1\n', true)).toThrow('# EOF');
    expect(() => read('a 1\n# EOF\nb 1\n', true)).toThrow('follows the end mark');
  });
});

describe('a broken line names its number', () => {
  test.each([
    ['no value', 'a 1\nb\n', 2],
    ['no number', 'a 1\nb x\n', 2],
    ['words behind', 'a 1 2 3\n', 1],
    ['a time that is none', '\n\na 1 now\n', 3],
    ['an open brace', 'a{b="c" 1\n', 1],
    ['an open string', 'a{b="c} 1\n', 1],
    ['a label without quotes', 'a{b=c} 1\n', 1],
    ['a label twice', 'a{b="1",b="2"} 1\n', 1],
    ['two commas', 'a{b="1",,c="2"} 1\n', 1],
    ['a name that is none', '9a 1\n', 1],
    ['a type that is not known', '# TYPE a thing\n', 1],
    ['a web page', '<!doctype html>\n<html>', 1],
    ['hexadecimal', 'a 0x10\n', 1],
    ['an exemplar where there are none', 'a 1 # {b="c"} 1\n', 1],
    ['a long line', `a 1\nb{c="${'x'.repeat(PROMETHEUS_LIMITS.lineLength)}"} 1\n`, 2],
    ['a long line without end', `a 1\n${'x'.repeat(PROMETHEUS_LIMITS.lineLength + 1)}`, 2],
  ])('%s', (_, text, line) => {
    const thrown = (() => {
      try {
        read(text, false, 4_096);
      } catch (error) {
        return error;
      }
    })();
    expect(thrown).toBeInstanceOf(UnreadableText);
    expect((thrown as UnreadableText).line).toBe(line);
  });

  test('too many lines and too many metrics end the reading', () => {
    expect(() => read('\n'.repeat(PROMETHEUS_LIMITS.lines + 1))).toThrow('too many lines');
    const types = Array.from({ length: PROMETHEUS_LIMITS.families + 1 }, (_, i) => `# TYPE m${i} gauge\n`).join('');
    expect(() => read(types)).toThrow('too many metrics');
  });
});
