/** Debian's Prometheus scrapes a real endpoint with its token file; promtool finds nothing to say. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { until } from '../helpers/until';
import { type EndpointScene, openEndpoint } from './endpoint-scene';

let scene: EndpointScene;
let folder: string;
let prometheus: ChildProcess | undefined;

beforeAll(async () => {
  scene = await openEndpoint();
  folder = await mkdtemp(join(tmpdir(), 'holdfast-prometheus-'));
});
afterAll(async () => {
  if (prometheus && prometheus.exitCode === null) {
    prometheus.kill('SIGKILL');
    await once(prometheus, 'exit');
  }
  await scene.close();
  await rm(folder, { recursive: true, force: true });
});

/** The configuration in docs/prometheus.md, with the address and the file of this test. */
function documented(block: string): string {
  const page = readFileSync(resolve(import.meta.dirname, '../../docs/prometheus.md'), 'utf8');
  const found = new RegExp(`<!-- ${block} -->\\n\`\`\`yaml\\n(.*?)\`\`\``, 's').exec(page)?.[1];
  if (found === undefined) throw new Error(`docs/prometheus.md has no block ${block}`);
  return found;
}

it('promtool check metrics is clean', async () => {
  const text = await (await scene.ask('/metrics')).text();
  const child = spawn('promtool', ['check', 'metrics'], { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stdout.on('data', (piece: Buffer) => (said += piece.toString()));
  child.stderr.on('data', (piece: Buffer) => (said += piece.toString()));
  child.stdin.end(text);
  const [code] = (await once(child, 'close')) as [number];
  expect([code, said]).toEqual([0, '']);
});

it('the configuration and the rules in the documentation are valid, and Prometheus scrapes with them', async () => {
  const run = promisify(execFile);
  const rules = join(folder, 'holdfast-rules.yml');
  await writeFile(rules, documented('rules'));
  const config = documented('prometheus.yml')
    .replace(/\/\S*health\.token/, scene.tokenFile)
    .replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${scene.port}`)
    .replace(/scrape_interval: \S+/, 'scrape_interval: 1s')
    .replace(/scrape_timeout: \S+/, 'scrape_timeout: 1s')
    .replace('holdfast-rules.yml', rules);
  const file = join(folder, 'prometheus.yml');
  await writeFile(file, config);
  await run('promtool', ['check', 'config', file]);

  prometheus = spawn(
    'prometheus',
    [`--config.file=${file}`, `--storage.tsdb.path=${join(folder, 'data')}`, '--web.listen-address=127.0.0.1:0'],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  prometheus.stderr!.on('data', (piece: Buffer) => (log += piece.toString()));
  const address = await until(
    'Prometheus to listen',
    () => /msg="?Listening on"? .*?address=(127\.0\.0\.1:\d+)/.exec(log)?.[1],
  );
  const ask = async (path: string): Promise<unknown> => {
    const answer = await fetch(`http://${address}${path}`).catch(() => null);
    return answer?.ok ? ((await answer.json()) as { data: unknown }).data : null;
  };
  const query = (text: string) => ask(`/api/v1/query?query=${encodeURIComponent(text)}`);
  const series = await until('the series to be there', async () => {
    const data = (await query('holdfast_database_last_proved_backup_timestamp_seconds')) as {
      result: { metric: Record<string, string>; value: [number, string] }[];
    } | null;
    return data?.result[0];
  });
  expect(series).toMatchObject({
    metric: { job: 'holdfast', database: 'orders "eu"\\\n' },
    value: [expect.any(Number), '1777723100.5'],
  });
  const { activeTargets } = (await ask('/api/v1/targets')) as {
    activeTargets: { health: string; lastError: string }[];
  };
  expect(activeTargets).toMatchObject([{ health: 'up', lastError: '' }]);
});
