/** What keeps a draft from being a rule or a channel, and the examples for other programs. */
import { describe, expect, it } from 'vitest';
import { ChannelConfig, RuleConfig } from '@shared/alerting';
import { resultWords } from '@/tabs/settings/simulation-words';
import {
  channelDraftOf,
  type ChannelDraft,
  newChannel,
  portFor,
  readChannelDraft,
  secretOf,
  urlFault,
} from '@/tabs/settings/channel-draft';
import { curlExample, prometheusExample } from '@/tabs/settings/endpoint-examples';
import { isChanged } from '@/tabs/settings/rule-changes';
import { draftOf, freeSeverity, type LevelDraft, newRule, readDraft, type RuleDraft } from '@/tabs/settings/rule-draft';

const level = (severity: LevelDraft['severity'], trigger: string, clear: string): LevelDraft => ({
  severity,
  trigger,
  clear,
  andBelow: null,
});
const draft = (levels: LevelDraft[], change: Partial<RuleDraft> = {}): RuleDraft => ({
  ...newRule(),
  name: 'Busy',
  metric: 'cpu.busy',
  levels,
  ...change,
});
const faultsOf = (one: RuleDraft) => readDraft(one, 'fraction').faults;

describe('a rule', () => {
  it('is read as the contract takes it, worst level last', () => {
    const read = readDraft(draft([level('CRITICAL', '95', '85'), level('MEDIUM', '85', '75')]), 'fraction');
    expect(read.config?.levels).toEqual([
      { severity: 'MEDIUM', trigger: 0.85, clear: 0.75, andBelow: null },
      { severity: 'CRITICAL', trigger: 0.95, clear: 0.85, andBelow: null },
    ]);
    expect(RuleConfig.parse(read.config)).toEqual(read.config);
    if (read.config) expect(readDraft(draftOf(read.config, 'fraction'), 'fraction').config).toEqual(read.config);
  });
  it.each<[string, LevelDraft[], Partial<RuleDraft>, object[]]>([
    ['equal values', [level('HIGH', '90', '90')], {}, [{ clear: 'equal' }]],
    ['well on the wrong side', [level('HIGH', '90', '95')], {}, [{ clear: 'side' }]],
    ['well on the wrong side, below', [level('HIGH', '10', '5')], { direction: 'below' }, [{ clear: 'side' }]],
    ['below, as it should be', [level('HIGH', '10', '15')], { direction: 'below' }, [{}]],
    ['no number', [level('HIGH', 'x', '')], {}, [{ trigger: 'number', clear: 'number' }]],
    ['a severity twice', [level('HIGH', '80', '70'), level('HIGH', '90', '80')], {}, [{}, { severity: 'twice' }]],
    [
      'a worse level that begins earlier',
      [level('MEDIUM', '90', '80'), level('CRITICAL', '85', '75')],
      {},
      [{}, { trigger: 'order' }],
    ],
  ])('%s', (_what, levels, change, expected) => expect(faultsOf(draft(levels, change)).levels).toEqual(expected));

  it('needs a name, a metric and a window for an average', () => {
    const faults = faultsOf(draft([level('HIGH', '90', '80')], { name: ' ', metric: '', windowSeconds: 0 }));
    expect(faults).toMatchObject({ name: true, metric: true, window: true });
  });
  it('offers the worst severity that is free', () => {
    expect(freeSeverity([level('CRITICAL', '', '')])).toBe('HIGH');
    expect(freeSeverity((['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const).map((one) => level(one, '', '')))).toBeNull();
  });
  it('counts as changed for what it says, not for the order of its names or for being off', () => {
    const config = readDraft(draft([level('HIGH', '90', '80')]), 'fraction').config;
    if (!config) throw new Error('the draft is a rule');
    const turned = Object.fromEntries(Object.entries(config).toReversed()) as RuleConfig;
    const initialConfig = { ...turned, levels: config.levels.map((one) => ({ ...one })) };
    expect(isChanged({ id: 'r', config: { ...config, enabled: false }, initialConfig })).toBe(false);
    expect(isChanged({ id: 'r', config: { ...config, forSeconds: 1 }, initialConfig })).toBe(true);
    expect(isChanged({ id: 'r', config })).toBe(false);
  });
});

describe('a channel', () => {
  const mail: ChannelDraft = {
    ...newChannel('email'),
    name: 'On call',
    host: 'smtp.example.com',
    from: 'holdfast@example.com',
    to: 'a@example.com; b@example.com,  c@example.com',
  };
  it('is read as the contract takes it, and back', () => {
    const { config } = readChannelDraft(mail);
    expect(ChannelConfig.parse(config)).toEqual(config);
    expect(config).toMatchObject({ port: 465, to: ['a@example.com', 'b@example.com', 'c@example.com'] });
    if (config) expect(readChannelDraft(channelDraftOf(config)).config).toEqual(config);
  });
  it.each<[string, Partial<ChannelDraft>, object]>([
    ['no name', { name: ' ' }, { name: { fault: 'name' } }],
    ['a host with a path', { host: 'smtp.example.com/x' }, { host: { fault: 'host' } }],
    ['a port that is none', { port: '70000' }, { port: { fault: 'port' } }],
    ['a sender that is none', { from: 'holdfast' }, { from: { fault: 'sender' } }],
    ['nobody', { to: ' ' }, { to: { fault: 'to' } }],
    ['somebody wrong', { to: 'a@example.com, b' }, { to: { fault: 'toInvalid', address: 'b' } }],
    ['a password without a user', { secret: 'x' }, { user: { fault: 'secretUser' } }],
  ])('%s', (_what, change, faults) => expect(readChannelDraft({ ...mail, ...change }).faults).toEqual(faults));

  it('keeps a port of its own when the encryption changes', () => {
    expect(portFor('starttls', mail)).toBe('587');
    expect(portFor('starttls', { ...mail, port: '2525' })).toBe('2525');
  });
  it('leaves, replaces or removes the stored secret', () => {
    expect(secretOf(mail)).toBeUndefined();
    expect(secretOf({ ...mail, secret: 'new' })).toBe('new');
    expect(secretOf({ ...mail, removeSecret: true })).toBeNull();
  });
  it.each([
    ['https://hooks.slack.com/services/T/B/x', null],
    [' http://127.0.0.1:8080?x=1 ', null],
    ['ftp://example.com', 'url'],
    ['example.com', 'url'],
    ['https://', 'url'],
    ['https://user:secret@example.com/', 'urlUser'],
  ])('the address %s', (url, fault) => expect(urlFault(url)).toBe(fault));
});

describe('examples', () => {
  it('hold any path', () => {
    expect(curlExample('http://127.0.0.1:47600', "/home/o'neil/token")).toBe(
      String.raw`curl -H "Authorization: Bearer $(cat '/home/o'\''neil/token')" http://127.0.0.1:47600/health`,
    );
    expect(prometheusExample('http://127.0.0.1:47600', "/home/o'neil/token")).toContain(
      "credentials_file: '/home/o''neil/token'",
    );
    expect(prometheusExample('http://127.0.0.1:47600', '/t')).toContain("targets: ['127.0.0.1:47600']");
  });
});

describe('a simulation', () => {
  const t = (key: string, values: Record<string, string | number> = {}): string =>
    `${key}(${Object.values(values).join('; ')})`;
  const base = { fromMs: 0, toMs: 1, covered: 1, episodes: [], notifications: [], suppressed: 0 };
  const episode = { metric: 'cpu.busy', severity: 'HIGH' as const, firedAtMs: 0, resolvedAtMs: 1, peak: 1 };
  it('says how often, how many messages and what was held back', () => {
    expect(resultWords(base, t)).toBe('rules.resultNone()');
    const some = { ...base, episodes: [episode, episode], notifications: [{ atMs: 0, kind: 'alert' as const }] };
    expect(resultWords(some, t)).toBe('rules.result(rules.resultAlerts(2); rules.resultMessages(1))');
    expect(resultWords({ ...some, suppressed: 2 }, t)).toBe(
      'rules.resultWithHeld(rules.resultAlerts(2); rules.resultMessages(1); rules.resultHeld(2))',
    );
  });
});
