import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  boundsToOpen,
  readWindowPlace,
  SMALLEST_HEIGHT,
  SMALLEST_WIDTH,
  type WindowPlace,
  writeWindowPlace,
} from '../../../electron/desktop/window-place';

const place: WindowPlace = { x: 100, y: 50, width: 1300, height: 850, maximized: false };
const laptop = { x: 0, y: 0, width: 1920, height: 1080 };

describe('the file', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'holdfast-place-'));
    file = path.join(folder, 'window.json');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('gives back what was written and leaves no draft', () => {
    writeWindowPlace(file, place);
    writeWindowPlace(file, { ...place, maximized: true });
    expect(readWindowPlace(file)).toEqual({ ...place, maximized: true });
    expect(readdirSync(folder)).toEqual(['window.json']);
  });

  test.each([
    ['is not there', null],
    ['is empty', ''],
    ['is cut off', '{"x":1,'],
    ['has numbers no screen has', JSON.stringify({ ...place, width: 1e9 })],
    ['lacks a number', JSON.stringify({ ...place, y: undefined })],
  ])('one that %s counts as none', (_what, text) => {
    if (text !== null) writeFileSync(file, text);
    expect(readWindowPlace(file)).toBeNull();
  });
});

describe('boundsToOpen', () => {
  test('the first time: 1200 x 800, placed by the desktop', () => {
    expect(boundsToOpen(null, [laptop])).toEqual({ width: 1200, height: 800 });
  });

  test('where it was', () => {
    expect(boundsToOpen(place, [laptop])).toEqual({ x: 100, y: 50, width: 1300, height: 850 });
  });

  test('on the second screen, when that is there', () => {
    const onSecond = { ...place, x: 2000 };
    const second = { x: 1920, y: 0, width: 1920, height: 1080 };
    expect(boundsToOpen(onSecond, [laptop, second])).toMatchObject({ x: 2000 });
    expect(boundsToOpen(onSecond, [laptop])).toEqual({ width: 1300, height: 850 });
  });

  test.each([
    ['above the screen', { ...place, y: -10 }],
    ['below the screen', { ...place, y: 1070 }],
    ['left of the screen', { ...place, x: -1290 }],
  ])('a title bar %s cannot be reached: placed by the desktop', (_what, lost) => {
    expect(boundsToOpen(lost, [laptop])).toEqual({ width: 1300, height: 850 });
  });

  test('never smaller than the window can be', () => {
    expect(boundsToOpen({ ...place, width: 20, height: 20 }, [laptop])).toMatchObject({
      width: SMALLEST_WIDTH,
      height: SMALLEST_HEIGHT,
    });
  });
});
