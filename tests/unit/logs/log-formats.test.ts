/** Real lines of each library and server: time, level, logger and message are told by content alone. */
import { describe, expect, it } from 'vitest';
import type { LogFormat, LogLevel } from '@shared/logs';
import { EntryAssembler } from '../../../electron/logs/reading/entries';

const NOW = new Date(2026, 5, 15, 12, 0, 0).getTime();
const local = (...parts: [number, number, number, number, number, number, number?]): number =>
  new Date(parts[0], parts[1] - 1, ...parts.slice(2)).getTime();
const utc = (text: string): number => Date.parse(text);
const AT = local(2026, 1, 2, 3, 4, 5);
const AT_MS = AT + 678;

function entries(text: string, format: LogFormat | null = null) {
  const assembler = new EntryAssembler(format, () => NOW);
  let offset = 0;
  for (const line of text.split('\n')) {
    assembler.line(line, offset, line.length + 1, false);
    offset += line.length + 1;
  }
  assembler.flush();
  return { format: assembler.recognised, entries: assembler.drain() };
}

type Row = [
  line: string,
  format: LogFormat,
  atMs: number | null,
  level: LogLevel | null,
  logger: string | null,
  text: string,
];

const ROWS: Record<string, Row[]> = {
  'Python logging': [
    ['INFO:root:started', 'python', null, 'INFO', 'root', 'started'],
    [
      'WARNING:urllib3.connectionpool:Retrying: 3 left',
      'python',
      null,
      'WARNING',
      'urllib3.connectionpool',
      'Retrying: 3 left',
    ],
    [
      '2026-01-02 03:04:05,678 - app.db - ERROR - cannot open - twice',
      'python',
      AT_MS,
      'ERROR',
      'app.db',
      'cannot open - twice',
    ],
    ['2026-01-02 03:04:05,678 - WARNING - low', 'python', AT_MS, 'WARNING', null, 'low'],
    ['2026-01-02 03:04:05,678 - app - 4711 - CRITICAL - gone', 'python', AT_MS, 'CRITICAL', 'app', 'gone'],
    ['2026-01-02 03:04:05,678 INFO app.main: ready in 3 s', 'python', AT_MS, 'INFO', 'app.main', 'ready in 3 s'],
    ['2026-01-02 03:04:05,678 INFO 12 items', 'python', AT_MS, 'INFO', null, '12 items'],
    ['2026-01-02 03:04:05,678 app.main DEBUG x=1', 'python', AT_MS, 'DEBUG', 'app.main', 'x=1'],
    ['2026-01-02 03:04:05,678 [ERROR] app.views: no such row', 'python', AT_MS, 'ERROR', 'app.views', 'no such row'],
  ],
  Flask: [
    [
      '[2026-01-02 03:04:05,678] ERROR in app: Exception on / [GET]',
      'python',
      AT_MS,
      'ERROR',
      'app',
      'Exception on / [GET]',
    ],
  ],
  Django: [
    ['INFO 2026-01-02 03:04:05,678 views 812 140123 done', 'python', AT_MS, 'INFO', 'views', 'done'],
    [
      '[02/Jan/2026 03:04:05] "GET /admin HTTP/1.1" 500 1234',
      'plain',
      AT,
      'ERROR',
      null,
      '"GET /admin HTTP/1.1" 500 1234',
    ],
    ['[02/Jan/2026 03:04:05] "GET /admin HTTP/1.1" 302 0', 'plain', AT, 'INFO', null, '"GET /admin HTTP/1.1" 302 0'],
  ],
  Gunicorn: [
    [
      '[2026-01-02 03:04:05 +0000] [77] [INFO] Booting worker with pid: 77',
      'python',
      utc('2026-01-02T03:04:05Z'),
      'INFO',
      null,
      'Booting worker with pid: 77',
    ],
    [
      '[2026-01-02 03:04:05 +0900] [77] [CRITICAL] WORKER TIMEOUT (pid:78)',
      'python',
      utc('2026-01-01T18:04:05Z'),
      'CRITICAL',
      null,
      'WORKER TIMEOUT (pid:78)',
    ],
  ],
  Uvicorn: [
    ['INFO:     Started server process [123]', 'python', null, 'INFO', null, 'Started server process [123]'],
    ['WARNING:  Invalid HTTP request received.', 'python', null, 'WARNING', null, 'Invalid HTTP request received.'],
  ],
  Celery: [
    [
      '[2026-01-02 03:04:05,678: INFO/MainProcess] celery@host ready.',
      'python',
      AT_MS,
      'INFO',
      'MainProcess',
      'celery@host ready.',
    ],
    [
      '[2026-01-02 03:04:05,678: ERROR/ForkPoolWorker-2] Task a.b[1-2] raised',
      'python',
      AT_MS,
      'ERROR',
      'ForkPoolWorker-2',
      'Task a.b[1-2] raised',
    ],
  ],
  Loguru: [
    ['2026-01-02 03:04:05.678 | INFO     | app.mod:fn:12 - hello', 'python', AT_MS, 'INFO', 'app.mod:fn:12', 'hello'],
    [
      '2026-01-02 03:04:05.678 | SUCCESS  | __main__:<module>:1 - done',
      'python',
      AT_MS,
      'INFO',
      '__main__:<module>:1',
      'done',
    ],
    [
      '\u001b[32m2026-01-02 03:04:05.678\u001b[0m | \u001b[31m\u001b[1mERROR   \u001b[0m | \u001b[36mm\u001b[0m:\u001b[36mf\u001b[0m:\u001b[36m1\u001b[0m - \u001b[31mred\u001b[0m',
      'python',
      AT_MS,
      'ERROR',
      'm:f:1',
      'red',
    ],
  ],
  'JSON lines': [
    [
      '{"time":"2026-01-02T03:04:05.678Z","level":"error","msg":"no"}',
      'json',
      utc('2026-01-02T03:04:05.678Z'),
      'ERROR',
      null,
      'no',
    ],
    [
      '{"level":30,"time":1767323045678,"pid":1,"name":"api","msg":"up"}',
      'json',
      1_767_323_045_678,
      'INFO',
      'api',
      'up\n{"pid":1}',
    ],
    [
      '{"name":"b","hostname":"h","level":60,"msg":"end","time":"2026-01-02T03:04:05.678Z","v":0}',
      'json',
      utc('2026-01-02T03:04:05.678Z'),
      'CRITICAL',
      'b',
      'end\n{"hostname":"h","v":0}',
    ],
    [
      '{"event":"login","level":"warning","logger":"auth","timestamp":"2026-01-02T03:04:05+09:00"}',
      'json',
      utc('2026-01-01T18:04:05Z'),
      'WARNING',
      'auth',
      'login',
    ],
    [
      '{"@timestamp":"2026-01-02T03:04:05Z","severity":"CRITICAL","message":"x"}',
      'json',
      utc('2026-01-02T03:04:05Z'),
      'CRITICAL',
      null,
      'x',
    ],
    ['{"asctime":"2026-01-02 03:04:05,678","levelname":"DEBUG","message":"y"}', 'json', AT_MS, 'DEBUG', null, 'y'],
    ['{"ts":1767323045.25,"lvl":"warn","msg":"z"}', 'json', 1_767_323_045_250, 'WARNING', null, 'z'],
    ['{"levelno":30,"msg":"python number"}', 'json', null, 'WARNING', null, 'python number'],
    [
      '{"log":"ERROR:app:inside\\n","stream":"stderr","time":"2026-01-02T03:04:05.123456789Z"}',
      'json',
      utc('2026-01-02T03:04:05.123Z'),
      'ERROR',
      null,
      'inside\n{"stream":"stderr"}',
    ],
    [
      '{"level":50,"msg":"failed","err":{"type":"Error","message":"m","stack":"Error: m\\n    at f (a.js:1)"}}',
      'json',
      null,
      'ERROR',
      null,
      'failed\nError: m\n    at f (a.js:1)',
    ],
    [
      '{"PRIORITY":"3","__REALTIME_TIMESTAMP":"1767323045678901","SYSLOG_IDENTIFIER":"sshd","MESSAGE":"bad"}',
      'json',
      1_767_323_045_678,
      'ERROR',
      'sshd',
      'bad',
    ],
    ['{"a":1}', 'json', null, null, null, '{"a":1}'],
  ],
  'syslog, RFC 3164': [
    [
      "<34>Oct 11 22:14:15 mymachine su: 'su root' failed",
      'syslog',
      local(2025, 10, 11, 22, 14, 15),
      'CRITICAL',
      'su',
      "'su root' failed",
    ],
    [
      '<13>Feb  5 17:32:18 10.0.0.99 backup[17]: done',
      'syslog',
      local(2026, 2, 5, 17, 32, 18),
      'INFO',
      'backup',
      'done',
    ],
  ],
  'syslog, RFC 5424': [
    [
      '<165>1 2026-01-02T03:04:05.003Z host.example evntslog - ID47 [exampleSDID@32473 iut="3" a="x]y"] An application event',
      'syslog',
      utc('2026-01-02T03:04:05.003Z'),
      'INFO',
      'evntslog',
      'An application event',
    ],
    ['<34>1 - - su 12 - - failed', 'syslog', null, 'CRITICAL', 'su', 'failed'],
  ],
  journald: [
    [
      'Jun 15 11:59:00 box sshd[4242]: Accepted publickey',
      'syslog',
      local(2026, 6, 15, 11, 59, 0),
      null,
      'sshd',
      'Accepted publickey',
    ],
    [
      'Jun 15 11:59:00 box kernel: usb 1-1: error: reset',
      'syslog',
      local(2026, 6, 15, 11, 59, 0),
      'ERROR',
      'kernel',
      'usb 1-1: error: reset',
    ],
    [
      '2026-01-02T03:04:05.678901+09:00 box app[9]: ERROR lost',
      'syslog',
      utc('2026-01-01T18:04:05.678Z'),
      'ERROR',
      'app',
      'ERROR lost',
    ],
  ],
  'web servers': [
    [
      '127.0.0.1 - - [02/Jan/2026:03:04:05 +0000] "GET /x HTTP/1.1" 200 12 "-" "curl/8"',
      'plain',
      utc('2026-01-02T03:04:05Z'),
      'INFO',
      null,
      '127.0.0.1 - - "GET /x HTTP/1.1" 200 12 "-" "curl/8"',
    ],
    [
      '::1 - bob [02/Jan/2026:03:04:05 -0500] "POST /a\\"b HTTP/1.1" 404 0',
      'plain',
      utc('2026-01-02T08:04:05Z'),
      'WARNING',
      null,
      '::1 - bob "POST /a\\"b HTTP/1.1" 404 0',
    ],
    [
      'host.example - - [02/Jan/2026:03:04:05 +0000] "GET / HTTP/2.0" 502 157',
      'plain',
      utc('2026-01-02T03:04:05Z'),
      'ERROR',
      null,
      'host.example - - "GET / HTTP/2.0" 502 157',
    ],
    [
      '2026/01/02 03:04:05 [error] 12#12: *3 connect() failed',
      'plain',
      AT,
      'ERROR',
      null,
      '12#12: *3 connect() failed',
    ],
    [
      '[Fri Jan 02 03:04:05.678901 2026] [core:error] [pid 35:tid 1] AH00037: Symbolic link',
      'plain',
      AT_MS,
      'ERROR',
      'core',
      'AH00037: Symbolic link',
    ],
  ],
  'other plain ones': [
    ['2026-01-02T03:04:05Z started', 'plain', utc('2026-01-02T03:04:05Z'), null, null, 'started'],
    [
      '2026-01-02 03:04:05.678 UTC [77] ERROR:  relation "x" does not exist',
      'plain',
      utc('2026-01-02T03:04:05.678Z'),
      'ERROR',
      null,
      'relation "x" does not exist',
    ],
    [
      '2026-01-02T03:04:05.678+09:00  WARN 1234 --- [main] c.e.Foo : slow',
      'python',
      utc('2026-01-01T18:04:05.678Z'),
      'WARNING',
      'c.e.Foo',
      'slow',
    ],
    ['2026-01-02 03:04:05,678 [main] ERROR com.foo.Bar - no', 'python', AT_MS, 'ERROR', 'com.foo.Bar', 'no'],
    [
      'time="2026-01-02T03:04:05Z" level=error msg="x"',
      'plain',
      utc('2026-01-02T03:04:05Z'),
      'ERROR',
      null,
      'level=error msg="x"',
    ],
    ['[WARN] disk', 'plain', null, 'WARNING', null, 'disk'],
    ['ERROR something broke', 'plain', null, 'ERROR', null, 'something broke'],
    ['an error in a sentence', 'plain', null, null, null, 'an error in a sentence'],
    ['step failed: error: no', 'plain', null, 'ERROR', null, 'step failed: error: no'],
    ['INFOrmation is no level', 'plain', null, null, null, 'INFOrmation is no level'],
  ],
};

describe.each(Object.entries(ROWS))('%s', (_name, rows) => {
  it.each(rows)('%s', (line, format, atMs, level, logger, text) => {
    const found = entries(line);
    expect(found.entries.map((entry) => ({ ...entry, at: entry.atMs }))).toMatchObject([{ atMs, level, logger, text }]);
    expect(found.format).toBe(format);
  });
});

describe('times', () => {
  it('of syslog without a year are not in the future, and 29 February is of a leap year', () => {
    const [first, second] = entries('Dec 31 23:59:59 h p[1]: a\nFeb 29 10:00:00 h p[1]: b').entries;
    expect(first?.atMs).toBe(local(2025, 12, 31, 23, 59, 59));
    expect(second?.atMs).toBe(local(2024, 2, 29, 10, 0, 0));
  });

  it('that cannot be are none', () => {
    for (const stamp of ['2026-13-02 03:04:05', '2026-01-32 03:04:05', '2026-01-02 24:04:05', '2026-01-02 03:60:05']) {
      expect(entries(`${stamp} INFO x`).entries[0]?.atMs, stamp).toBeNull();
    }
  });

  it('of lines beside each other do not mix their zones', () => {
    const found = entries('2026-01-02 03:04:05+09:00 a\n2026-01-02 03:04:05 b\n2026-01-02 03:04:05Z c').entries;
    expect(found.map(({ atMs }) => atMs)).toEqual([utc('2026-01-01T18:04:05Z'), AT, utc('2026-01-02T03:04:05Z')]);
  });
});

describe('what belongs to an entry', () => {
  const CHAINED = `2026-01-02 03:04:05,678 - app - ERROR - failed
Traceback (most recent call last):
  File "a.py", line 3, in f
    g()
KeyError: 'x'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "a.py", line 9, in <module>
    f()
ValueError: bad`;

  it('is a traceback with those it was chained to', () => {
    const found = entries(`${CHAINED}\n2026-01-02 03:04:06,000 - app - INFO - next`).entries;
    expect(found.map(({ lines }) => lines)).toEqual([12, 1]);
    expect(found[0]?.text).toBe(CHAINED.replace('2026-01-02 03:04:05,678 - app - ERROR - ', ''));
    expect(found[0]?.sizeBytes).toBe(CHAINED.length + 1);
    expect(found[1]?.offset).toBe(CHAINED.length + 1);
  });

  it('is a traceback without a stamp, and what follows it is not', () => {
    const text = 'start\nTraceback (most recent call last):\n  File "a.py", line 3, in f\nKeyError: 1\nnext\nlast';
    expect(entries(text).entries.map(({ lines }) => lines)).toEqual([4, 1, 1]);
  });

  it('is a stack of Java with its causes', () => {
    const text = `2026-01-02 03:04:05,678 [main] ERROR com.foo.Bar - no
java.lang.IllegalStateException: x
\tat com.foo.Bar.run(Bar.java:3)
\t... 12 more
Caused by: java.io.IOException: y
\tat com.foo.Baz.read(Baz.java:9)
2026-01-02 03:04:05,679 [main] INFO com.foo.Bar - next`;
    expect(entries(text).entries.map(({ lines }) => lines)).toEqual([6, 1]);
  });

  it('is an object of JSON over several lines', () => {
    const text = '{\n  "level": "error",\n  "msg": "no",\n  "at": {\n    "x": 1\n  }\n}\n{\n  "msg": "next"\n}';
    expect(entries(text).entries).toMatchObject([
      { level: 'ERROR', text: 'no\n{"at":{"x":1}}', lines: 7 },
      { text: 'next', lines: 3 },
    ]);
  });

  it('is a message of several lines, but not a whole file that has one stamp', () => {
    const text = `2026-01-02 03:04:05,678 INFO m: a\nb\nc\n${'loose\n'.repeat(500)}`;
    const found = entries(text).entries;
    expect(found[0]).toMatchObject({ text: expect.stringMatching(/^a\nb\nc\nloose/) as string, lines: 201 });
    expect(found.reduce((sum, { lines }) => sum + lines, 0)).toBeGreaterThanOrEqual(503);
  });

  it('is bounded in its text, and counted beyond', () => {
    const text = `2026-01-02 03:04:05,678 INFO m: a\n${'  more of it\n'.repeat(5_000)}`;
    const [entry] = entries(text).entries;
    expect(entry?.text.length).toBeLessThanOrEqual(16_384);
    expect(entry).toMatchObject({ isCut: true, lines: 5_002 });
  });
});

it('a format that was chosen is kept', () => {
  expect(entries('{"level":"error","msg":"no"}', 'plain')).toMatchObject({
    format: 'plain',
    entries: [{ text: '{"level":"error","msg":"no"}' }],
  });
});
