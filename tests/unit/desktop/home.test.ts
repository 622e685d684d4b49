import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { defaultBackupFolder, homeFromCommandLine } from '../../../electron/desktop/home';

describe('homeFromCommandLine', () => {
  const folder = path.resolve('/here');
  const cases: [what: string, argv: string[], env: Record<string, string>, home: string | null][] = [
    ['nothing named', ['electron', '.'], {}, null],
    ['--home DIR', ['electron', '.', '--home', '/data'], {}, path.resolve('/data')],
    ['--home=DIR', ['electron', '.', '--home=/data'], {}, path.resolve('/data')],
    ['a relative folder', ['electron', '.', '--home', 'data'], {}, path.join(folder, 'data')],
    ['the environment', ['electron', '.'], { HOLDFAST_HOME: '/env' }, path.resolve('/env')],
    ['both: the argument wins', ['electron', '--home', '/data'], { HOLDFAST_HOME: '/env' }, path.resolve('/data')],
    ['--home without a folder', ['electron', '.', '--home'], {}, null],
    ['an empty name', ['electron', '.', '--home='], { HOLDFAST_HOME: '' }, null],
  ];
  test.each(cases)('%s', (_what, argv, env, home) => {
    expect(homeFromCommandLine(argv, env, folder)).toBe(home);
  });
});

test('a home that was named keeps its backups below it, the usual one in plain sight', () => {
  expect(defaultBackupFolder('/data', true, '/home/min')).toBe(path.join('/data', 'backups'));
  expect(defaultBackupFolder('/home/min/.config/Holdfast', false, '/home/min')).toBe(
    path.join('/home/min', 'Holdfast Backups'),
  );
});
