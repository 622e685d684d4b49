/** Forms of the Performance tab: what is typed becomes what is saved, and only when it can be. */
import { describe, expect, it } from 'vitest';
import type { MetricInfo, MetricName } from '@shared/metrics';
import { BusinessInput, type BusinessConfig, ProbeInput, type ProbeConfig, ScrapeInput } from '@shared/monitoring';
import { en } from '@/locales/en';
import { ko } from '@/locales/ko';
import { curlSnippet, sdkSnippet, shellQuoted } from '@/tabs/performance/applications/setup';
import { familiesOf, familySpec, MOST_LINES, seriesOf } from '@/tabs/performance/applications/families';
import { NEW_SCRAPE, readScrapeDraft, scrapeDraftOf, tokenOf } from '@/tabs/performance/applications/scrape-draft';
import { businessDraftOf, figureOf, newBusiness, readBusinessDraft } from '@/tabs/performance/business/business-draft';
import { hostName, httpUrl, plainNumber, statusList, wholeNumber } from '@/tabs/performance/forms/fields';
import { byState, certificateEndsSoon } from '@/tabs/performance/services/order';
import { draftOf, NEW_PROBE, probeTarget, readProbeDraft } from '@/tabs/performance/services/probe-draft';
import type { ProbeStatus } from '@shared/monitoring';
import type { Texts } from '@/i18n';

const texts = { t: (key: string) => key } as unknown as Texts;

describe('fields', () => {
  it('whole numbers lie within limits', () => {
    expect(['60', ' 10 ', '9', '86401', '1.5', 'x', ''].map((text) => wholeNumber(text, 10, 86_400))).toEqual([
      60,
      10,
      ...Array<null>(5).fill(null),
    ]);
  });
  it('numbers may have a comma or a minus', () => {
    expect(['1,5', '-2', '−3', '.5', '1e3', ''].map(plainNumber)).toEqual([1.5, -2, -3, 0.5, null, null]);
  });
  it('addresses are http, without user and password', () => {
    expect(httpUrl(' https://shop.example.com/health?a=1 ')).toBe('https://shop.example.com/health?a=1');
    for (const text of ['shop.example.com', 'ftp://x/', 'https://', 'https://user:secret@x/']) {
      expect(httpUrl(text), text).toBeNull();
    }
  });
  it('hosts have no path, statuses are codes, classes and spans', () => {
    expect(['db.example.com', '::1', 'a/b', 'a b', 'me@x'].map(hostName)).toEqual([
      'db.example.com',
      '::1',
      null,
      null,
      null,
    ]);
    for (const text of ['200', '2xx', '200-299', '200, 3xx']) expect(statusList(text), text).toBe(text);
    for (const text of ['', '99', '6xx', 'ok', '200,']) expect(statusList(text), text).toBeNull();
  });
});

describe('a probe', () => {
  const http: ProbeConfig = {
    kind: 'http',
    name: 'Shop',
    enabled: true,
    intervalSeconds: 30,
    timeoutMs: 2_500,
    failuresOfThree: 2,
    severity: 'HIGH',
    url: 'https://shop.example.com/',
    method: 'HEAD',
    expectedStatus: '200',
    expectedText: '',
    certificateDays: 7,
  };
  const { url: _url, method: _method, expectedStatus: _status, certificateDays: _days, ...rest } = http;
  const tcp: ProbeConfig = {
    kind: 'tcp',
    name: 'Database',
    enabled: false,
    intervalSeconds: 60,
    timeoutMs: 10_000,
    failuresOfThree: 1,
    severity: 'CRITICAL',
    host: 'db',
    port: 5432,
  };
  const dns: ProbeConfig = { ...rest, kind: 'dns', host: 'example.com', record: 'MX', expectedText: 'mail' };

  it.each([http, tcp, dns])('comes back as it was: $kind', (config) => {
    expect(readProbeDraft(draftOf(config))).toEqual({ config, faults: new Set() });
    expect(ProbeInput.safeParse({ config }).success).toBe(true);
  });
  it('needs an address only; its host is its name', () => {
    const { config } = readProbeDraft({ ...NEW_PROBE, url: 'https://shop.example.com:8443/health' });
    expect(config).toMatchObject({ name: 'shop.example.com:8443', intervalSeconds: 60, timeoutMs: 10_000 });
    expect(ProbeInput.safeParse({ config }).success).toBe(true);
  });
  it('says each field that is wrong, of its kind only', () => {
    const wrong = {
      ...NEW_PROBE,
      expectedStatus: 'ok',
      certificateDays: '',
      intervalSeconds: '5',
      timeoutSeconds: '0',
    };
    expect([...readProbeDraft(wrong).faults].sort()).toEqual([
      'certificate',
      'interval',
      'name',
      'status',
      'timeout',
      'url',
    ]);
    expect([...readProbeDraft({ ...wrong, kind: 'tcp', host: 'db', port: '0' }).faults].sort()).toEqual([
      'interval',
      'port',
      'timeout',
    ]);
  });
  it('names what it asks', () => {
    expect([http, tcp, dns].map(probeTarget)).toEqual(['https://shop.example.com/', 'db:5432', 'example.com MX']);
  });
  it('that is down stands first', () => {
    const probe = (name: string, state: ProbeStatus['state']) => ({ config: { ...http, name }, state }) as ProbeStatus;
    const probes = [probe('b', 'up'), probe('z', 'down'), probe('a', 'up'), probe('p', 'paused')];
    expect(probes.sort(byState).map(({ config }) => config.name)).toEqual(['z', 'a', 'b', 'p']);
  });
  it('warns of a certificate that ends, unless that was switched off', () => {
    const last = { atMs: 0, ok: true, timeMs: 1, certificateDays: 7, error: null };
    expect(certificateEndsSoon({ config: http, last })).toBe(true);
    expect(certificateEndsSoon({ config: http, last: { ...last, certificateDays: 8 } })).toBe(false);
    expect(certificateEndsSoon({ config: { ...http, certificateDays: 0 }, last })).toBe(false);
    expect(certificateEndsSoon({ config: tcp, last })).toBe(false);
  });
});

describe('a scrape target', () => {
  it('comes back as it was', () => {
    const config = {
      name: 'node',
      enabled: true,
      url: 'http://127.0.0.1:9100/metrics',
      intervalSeconds: 15,
      timeoutMs: 5_000,
      prefixes: ['node_', 'process_'],
    };
    expect(readScrapeDraft(scrapeDraftOf(config))).toEqual({ config, faults: new Set() });
    expect(ScrapeInput.safeParse({ config }).success).toBe(true);
  });
  it('says what is wrong', () => {
    const wrong = { ...NEW_SCRAPE, url: 'x', intervalSeconds: '5', prefixes: Array(21).fill('a').join(' ') };
    expect([...readScrapeDraft(wrong).faults].sort()).toEqual(['interval', 'name', 'prefixes', 'url']);
  });
  it('keeps, replaces or removes its token', () => {
    expect(tokenOf({ token: '', removeToken: false })).toBeUndefined();
    expect(tokenOf({ token: ' abc ', removeToken: false })).toBe('abc');
    expect(tokenOf({ token: 'abc', removeToken: true })).toBeNull();
  });
});

describe('a business figure', () => {
  const config: BusinessConfig = {
    databaseId: 'd1',
    name: 'Approval rate',
    enabled: true,
    sql: 'SELECT avg(approved) FROM reviews',
    rowsSql: 'SELECT * FROM reviews',
    unit: 'fraction',
    unitLabel: '',
    intervalMinutes: 120,
    target: { direction: 'at-least', value: 0.07 },
    severity: 'HIGH',
    preset: 'approval-rate',
  };
  it('comes back as it was; a fraction is typed as a percentage', () => {
    const draft = businessDraftOf(config);
    expect(draft).toMatchObject({ every: '2', everyUnit: 'hour', target: '7' });
    expect(readBusinessDraft(draft).config).toEqual({ ...config, target: { direction: 'at-least', value: 0.07 } });
    expect(BusinessInput.safeParse({ config: readBusinessDraft(draft).config }).success).toBe(true);
  });
  it('without a target raises no alert', () => {
    const draft = { ...businessDraftOf(config), direction: 'none' as const, target: 'x' };
    expect(readBusinessDraft(draft).config).toMatchObject({ target: null, severity: null });
  });
  it('says what is wrong', () => {
    const wrong = { ...newBusiness('d1'), every: '8', everyUnit: 'day' as const, direction: 'at-most' as const };
    expect([...readBusinessDraft(wrong).faults].sort()).toEqual(['every', 'name', 'sql', 'target']);
  });
  it('is the first cell of the first row', () => {
    expect([[[5, 'x']], [['5']], [[null]], []].map((rows) => figureOf(rows))).toEqual([5, null, null, null]);
  });
});

describe('series of an application', () => {
  const info = (name: MetricName, subject: string, lastValue = 0, histogram = false): MetricInfo => ({
    key: `${name}:${subject}`,
    name,
    subject,
    group: 'application',
    unit: 'number',
    subjectLabel: subject,
    unitLabel: '',
    histogram,
    lastValue,
    lastAtMs: 0,
  });
  const metrics = [
    info('app.rate', 'shop/requests{code="200"}', 5),
    info('app.rate', 'shop/requests{code="500"}', 9),
    info('app.value', 'shop/queue'),
    info('app.value', 'shop-2/queue'),
    info('app.up', 'shop/x'),
    info('app.time', 'shop/duration{route="/a"}', 1, true),
    info('app.time', 'shop/duration{route="/b"}', 2, true),
  ];
  it('are taken apart, of the application itself only', () => {
    expect(seriesOf(metrics[0]!, 'shop')).toEqual({ name: 'requests', labels: 'code="200"' });
    expect(seriesOf(metrics[2]!, 'shop')).toEqual({ name: 'queue', labels: '' });
    expect(seriesOf(metrics[3]!, 'shop')).toBeNull();
  });
  it('are grouped by name, the largest first', () => {
    const families = familiesOf(metrics, 'shop');
    expect(families.map(({ name, members }) => [name, members.length])).toEqual([
      ['duration', 2],
      ['queue', 1],
      ['requests', 2],
    ]);
    expect(families[2]?.members[0]?.subject).toContain('500');
  });
  it('draw a line for each set of labels, as many as can be told apart', () => {
    const many = Array.from({ length: 40 }, (_, index) => info('app.value', `shop/cpu{cpu="${index}"}`, index));
    const [family] = familiesOf(many, 'shop');
    expect(familySpec(family!, 'shop', null, texts).lines).toHaveLength(MOST_LINES);
    const looks = familySpec(family!, 'shop', null, texts).lines.map(({ colour, dash }) => `${colour} ${dash}`);
    expect(new Set(looks).size).toBe(MOST_LINES);
  });
  it('of a distribution are its percentiles, for the labels that are chosen', () => {
    const [family] = familiesOf(metrics, 'shop');
    const spec = familySpec(family!, 'shop', 'app.time:shop/duration{route="/a"}', texts);
    expect(spec.lines.map(({ percentile }) => percentile)).toEqual(['p50', 'p95', 'p99']);
    expect(spec.lines[0]?.key).toContain('/a');
  });
});

describe('what is pasted', () => {
  it('names the endpoint and reads the token from its file', () => {
    const text = sdkSnippet('http://127.0.0.1:47600', '/home/a/token');
    expect(text).toContain('ENDPOINT=http://127.0.0.1:47600/v1/metrics');
    expect(text).toContain('Bearer%20$(cat /home/a/token)');
  });
  it('quotes paths that a shell would take apart', () => {
    expect(shellQuoted("/home/it's mine/token")).toBe(`'/home/it'\\''s mine/token'`);
    expect(curlSnippet('http://x', '/a b')).toContain("$(cat '/a b')");
  });
  it('sends JSON once the shell has filled in the time', () => {
    const body = /-d "(.*)"$/m.exec(curlSnippet('http://x', '/t'))?.[1] ?? '';
    const sent = body.replaceAll('\\"', '"').replace('$(date +%s)', '1763683200');
    expect(JSON.parse(sent)).toMatchObject({
      resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'answer' }] }] }],
    });
  });
});

describe('texts', () => {
  const flat = (tree: object, prefix = ''): [string, string][] =>
    Object.entries(tree).flatMap(([key, value]) =>
      typeof value === 'string'
        ? [[prefix + key, value] as [string, string]]
        : flat(value as object, `${prefix}${key}.`),
    );
  const values = (text: string): string[] => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name ?? '').sort();
  const english = new Map(flat(en.performance));
  const korean = new Map(flat(ko.performance));
  it('are there in both languages, with the same values', () => {
    expect([...korean.keys()]).toEqual([...english.keys()]);
    for (const [key, text] of korean) {
      // Korean has no singular: a text may say the count where English says "the"
      const known = [key, key.replace(/_one$/, '_other')].map((one) => values(english.get(one) ?? ''));
      expect(known, key).toContainEqual(values(text));
    }
  });
  it('have no particle behind a value that depends on its sound', () => {
    for (const [key, text] of korean)
      expect(text, key).not.toMatch(/\}\}(이|가|을|를|은|는|와|과|로|으로|이라|라)(?![가-힣])/);
  });
  it('are neutral', () => {
    for (const [key, text] of english) expect(text, key).not.toMatch(/\b(oops|sorry|please|we|our|unfortunately)\b|!/i);
  });
});
