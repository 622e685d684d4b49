/** Every Korean text that more than one part of Holdfast shows. */
import { en } from './en';
import type { Mirror } from './mirror';

export const ko: Mirror<typeof en> = en;
