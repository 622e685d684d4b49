import type { ApplicationStatus, ScrapeConfig } from '@shared/monitoring';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { holdfastError } from '../../../electron/errors/holdfast-error';
import { createScrapes } from '../../../electron/ingest/scrapes';
import type { GuardedAnswer, GuardedRequest } from '../../../electron/net/guarded-request';
import type { ScrapeTarget } from '../../../electron/store/scrape-targets';
import { FakeSink } from './sink';

const BEGAN_MS = Date.parse('2026-05-02T12:00:00Z');
const SECOND_MS = 1_000;

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => vi.useRealTimers());

const config = (change: Partial<ScrapeConfig> = {}): ScrapeConfig => ({
  name: 'shop',
  enabled: true,
  url: 'http://127.0.0.1:9100/metrics',
  intervalSeconds: 30,
  timeoutMs: 1_000,
  prefixes: [],
  ...change,
});
const answer = (text: string, change: Partial<GuardedAnswer> = {}): GuardedAnswer => ({
  status: 200,
  headers: {},
  body: Buffer.from(text),
  truncated: false,
  timeMs: 1,
  certificate: null,
  ...change,
});

function scene(targets: ScrapeTarget[] = [{ id: 't', config: config() }]) {
  const sink = new FakeSink();
  const secrets = new Map<string, string>();
  const requests: GuardedRequest[] = [];
  const verdicts: ApplicationStatus[] = [];
  const reports: string[] = [];
  const state = { passedMs: 0, changes: 0, answer: (): GuardedAnswer | Promise<GuardedAnswer> => answer('up 1\n') };
  const rows = new Map(targets.map((target) => [target.id, target]));
  const scrapes = createScrapes({
    table: {
      list: () => [...rows.values()],
      save: (target) => void rows.set(target.id, target),
      remove: (id) => rows.delete(id),
    },
    vault: {
      get: (name) => secrets.get(name) ?? null,
      set: (name, secret) => {
        secrets.set(name, secret);
        return 'file';
      },
      has: (name) => secrets.has(name),
      remove: (name) => void secrets.delete(name),
    },
    sink,
    request: async (request) => {
      requests.push(request);
      return state.answer();
    },
    clock: { nowMs: () => BEGAN_MS + state.passedMs, monotonicMs: () => state.passedMs },
    random: () => 0.5,
    onChange: () => state.changes++,
    onVerdict: (status) => verdicts.push(status),
    report: (error) => reports.push(error.detail),
  });
  /** Lets so much time pass in steps of a second, with what falls due in it. */
  const pass = async (seconds: number): Promise<void> => {
    for (let i = 0; i < seconds; i++) {
      state.passedMs += SECOND_MS;
      await vi.advanceTimersByTimeAsync(SECOND_MS);
      for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const status = () => scrapes.list()[0]!;
  return { scrapes, sink, secrets, requests, verdicts, reports, state, rows, pass, status };
}
const refused = () =>
  Promise.reject(holdfastError('CONNECTION_REFUSED', { params: { host: '127.0.0.1', port: 9100 } }));

describe('a target', () => {
  test('is asked on its own interval, one scrape at a time', async () => {
    const { scrapes, requests, state, pass } = scene();
    scrapes.start();
    expect(requests).toHaveLength(0);
    await pass(5);
    expect(requests).toHaveLength(1);
    await pass(30);
    expect(requests).toHaveLength(2);
    let release = (): void => undefined;
    state.answer = () => new Promise((resolve) => (release = () => resolve(answer('up 1\n'))));
    await pass(120);
    expect(requests).toHaveLength(3);
    state.answer = () => answer('up 1\n');
    release();
    await pass(2);
    expect(requests).toHaveLength(4);
    await scrapes.stop();
    const asked = requests.length;
    await pass(120);
    expect(requests).toHaveLength(asked);
  });

  test('becomes rates, histograms and values', async () => {
    const { scrapes, sink, state, pass, status } = scene();
    const metrics = (n: number) => `# TYPE http_requests_total counter
http_requests_total{code="200"} ${100 * n}
${n > 1 ? `http_requests_total{code="500"} ${25 * (n - 1)}\n` : ''}# TYPE latency_seconds histogram
latency_seconds_bucket{le="0.1"} ${10 * n}
latency_seconds_bucket{le="+Inf"} ${15 * n}
latency_seconds_sum ${3 * n}
latency_seconds_count ${15 * n}
# TYPE rpc summary
rpc{quantile="0.9"} 5
rpc_sum ${n}
rpc_count ${60 * n}
# TYPE build info
build_info{version="1"} 1
# TYPE temperature gauge
temperature 20.5
broken NaN
other_total ${n}
`;
    let n = 0;
    state.answer = () => answer(metrics(++n));
    scrapes.start();
    await pass(5 + 30);
    const rates = Object.fromEntries(sink.recorded.map(({ key, value }) => [key, value]));
    const step = 30;
    expect(rates).toEqual({
      'app.up:t': 1,
      'app.value:shop/temperature': 20.5,
      'app.rate:shop/http_requests_total{code="200"}': 100 / step,
      // not there at the scrape before: counted from then on
      'app.rate:shop/http_requests_total{code="500"}': 25 / step,
      'app.value:shop/http_requests_total:error_ratio': 0.2,
      'app.rate:shop/latency_seconds': 15 / step,
      'app.rate:shop/rpc_sum': 1 / step,
      'app.rate:shop/rpc_count': 60 / step,
      'app.rate:shop/other_total': 1 / step,
    });
    expect(sink.merged.map(({ key, added }) => [key, added])).toEqual([
      ['app.time:shop/latency_seconds', { bounds: [0.1], counts: [10, 5], sum: 3 }],
    ]);
    expect(status()).toMatchObject({ state: 'receiving', series: 7, leftOut: 0, error: null });
  });

  test('a restarted application is counted anew', async () => {
    const { scrapes, sink, state, pass } = scene();
    const totals = [1_000, 60];
    state.answer = () => answer(`orders_total ${totals.shift()}\n`);
    scrapes.start();
    await pass(5 + 30);
    expect(sink.values('app.rate:shop/orders_total')).toEqual([2]);
  });

  test('a broken line spoils all of that scrape, and says which line it was', async () => {
    const { scrapes, sink, state, pass, status } = scene();
    state.answer = () => answer('good 1\nbad\n');
    scrapes.start();
    await pass(5);
    expect(sink.recorded).toEqual([{ key: 'app.up:t', value: 0, atMs: BEGAN_MS + 5_000 }]);
    expect(status().error).toMatchObject({ code: 'METRICS_UNREADABLE', params: { host: '127.0.0.1', line: 2 } });
    state.answer = () => answer('', { body: Buffer.from([0x61, 0xff, 0x0a]) });
    await pass(30);
    expect(status().error).toMatchObject({ code: 'METRICS_UNREADABLE', params: { reason: 'it is not UTF-8 text' } });
  });

  test('keeps 200 series and no more, and says how many there were', async () => {
    const { scrapes, sink, state, pass, status } = scene();
    state.answer = () => answer(Array.from({ length: 5_000 }, (_, i) => `m{id="${i}"} 1\n`).join(''));
    scrapes.start();
    await pass(5 + 30);
    expect(status()).toMatchObject({ series: 200, leftOut: 4_800 });
    expect(new Set(sink.recorded.map(({ key }) => key)).size).toBe(201);
  });

  test('of a chosen prefix is kept alone; what the choice adds later is not taken for new', async () => {
    const { scrapes, sink, state, pass } = scene([{ id: 't', config: config({ prefixes: ['a_'] }) }]);
    let n = 0;
    state.answer = () => answer(`a_total ${++n}\nb_total ${1_000_000 + n}\n`);
    scrapes.start();
    await pass(35);
    expect(sink.recorded.some(({ key }) => key.includes('b_total'))).toBe(false);
    scrapes.save({ id: 't', config: config({ prefixes: [] }) });
    await pass(35);
    expect(sink.values('app.rate:shop/b_total')).toEqual([1 / 30]);
  });
});

describe('the verdict', () => {
  test('fails after two of three, and is well again when two of three are', async () => {
    const { scrapes, sink, verdicts, state, pass, status } = scene();
    const course: [boolean, ApplicationStatus['state']][] = [
      [false, 'silent'],
      [true, 'receiving'],
      [false, 'failing'],
      [true, 'receiving'],
      [true, 'receiving'],
      [false, 'receiving'],
      [false, 'failing'],
      [true, 'failing'],
      [true, 'receiving'],
    ];
    scrapes.start();
    await pass(4);
    const seen = [];
    for (const [ok] of course) {
      state.answer = ok ? () => answer('up 1\n') : refused;
      await pass(seen.length === 0 ? 1 : 30);
      seen.push([ok, status().state]);
    }
    expect(seen).toEqual(course);
    expect(sink.values('app.up:t')).toEqual(course.map(([ok]) => (ok ? 1 : 0)));
    expect(verdicts.map((one) => one.state)).toEqual(['receiving', 'failing', 'receiving', 'failing', 'receiving']);
    expect(verdicts[1]?.error?.code).toBe('CONNECTION_REFUSED');
  });

  test('waits a minute after sleep: what fails until then says nothing', async () => {
    const { scrapes, sink, state, pass, status } = scene();
    scrapes.start();
    await pass(5);
    state.answer = refused;
    state.passedMs += 3_600_000;
    scrapes.resumed(3_600_000);
    sink.clear();
    await pass(50);
    expect([status().state, sink.recorded]).toEqual(['receiving', []]);
    await pass(60);
    expect([status().state, sink.values('app.up:t').length > 0]).toEqual(['failing', true]);
  });

  test('an unexpected status is one; a mistake of ours is reported and is none', async () => {
    const { scrapes, sink, reports, state, pass, status } = scene();
    state.answer = () => answer('', { status: 404 });
    scrapes.start();
    await pass(5);
    expect(status().error).toMatchObject({ code: 'HTTP_STATUS_UNEXPECTED', params: { status: 404 } });
    sink.clear();
    state.answer = () => Promise.reject(new Error('no such function'));
    await pass(30);
    expect([sink.recorded, reports.join()]).toEqual([[], expect.stringContaining('no such function')]);
  });
});

describe('setting up', () => {
  test('a target is added, changed, paused and removed, with its token in the vault', async () => {
    const { scrapes, secrets, requests, rows, pass, state } = scene([]);
    scrapes.start();
    const { scrape } = scrapes.save({ config: config(), token: 'secret' });
    const { id } = scrape!;
    expect([scrape?.hasToken, rows.has(id), state.changes]).toEqual([true, true, 1]);
    await pass(5);
    expect(requests[0]?.headers?.['authorization']).toBe('Bearer secret');
    scrapes.save({ id, config: config({ name: 'other' }) });
    await pass(5);
    expect(requests[1]?.headers?.['authorization']).toBe('Bearer secret');
    expect(scrapes.save({ id, config: config(), token: null }).scrape?.hasToken).toBe(false);
    await pass(5);
    expect(requests[2]?.headers).not.toHaveProperty('authorization');
    expect(scrapes.save({ id, config: config({ enabled: false }) }).state).toBe('paused');
    await pass(100);
    expect(requests).toHaveLength(3);
    scrapes.save({ id, config: config(), token: 'again' });
    scrapes.remove(id);
    expect([scrapes.list(), rows.size, secrets.size]).toEqual([[], 0, 0]);
    expect(() => scrapes.remove(id)).toThrow('ITEM_UNKNOWN');
    expect(() => scrapes.save({ id, config: config() })).toThrow('ITEM_UNKNOWN');
  });

  test('what was asked before a change is not kept after it', async () => {
    const { scrapes, sink, state, pass } = scene();
    let release = (): void => undefined;
    state.answer = () => new Promise((resolve) => (release = () => resolve(answer('late 1\n'))));
    scrapes.start();
    await pass(5);
    scrapes.remove('t');
    release();
    await pass(1);
    expect(sink.recorded).toEqual([]);
    await scrapes.stop();
  });

  test('an address is tried without keeping anything', async () => {
    const { scrapes, sink, requests, state } = scene([]);
    state.answer = () => answer('# TYPE t histogram\nt_bucket{le="+Inf"} 7\nt_count 7\n# TYPE q gauge\nq{a="b"} 2\n');
    expect(await scrapes.tryOnce(config(), 'x')).toEqual({
      series: 2,
      sample: [
        { series: 't', value: 7 },
        { series: 'q{a="b"}', value: 2 },
      ],
    });
    expect([sink.recorded, requests[0]?.headers?.['authorization']]).toEqual([[], 'Bearer x']);
    state.answer = refused;
    await expect(scrapes.tryOnce(config(), null)).rejects.toMatchObject({ code: 'CONNECTION_REFUSED' });
  });
});
