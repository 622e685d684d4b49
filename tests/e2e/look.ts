/** How a place looks: a picture of it, and the faults that axe finds. */
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import type { Language } from '@shared/settings';
import { expect } from './fixtures';
import { type Holdfast, root } from './launch';

const pictures = path.join(root, 'test-results', 'screenshots');

/** Keeps a picture of the window as it is now. */
export async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: path.join(pictures, `${name}.png`) });
}

/** Faults that axe finds on the page as it is now. */
export async function faults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode(true)
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
    .analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

/** Each theme and each language once: for places inside a longer way. */
export const LOOKS = [
  { theme: 'light', language: 'en' },
  { theme: 'dark', language: 'ko' },
] as const satisfies { theme: 'light' | 'dark'; language: Language }[];

/** Shows the window in a theme and a language. */
export async function dress(holdfast: Holdfast, page: Page, looks: (typeof LOOKS)[number]): Promise<void> {
  await holdfast.request('settings:set', looks);
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', looks.theme);
  await expect(page.locator('html')).toHaveAttribute('lang', looks.language);
}
