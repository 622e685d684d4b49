import { expect, test } from 'vitest';
import { chooseForm, type FormChoice, type ImageFacts, type ParentFacts } from '../../../electron/backup/choose-form';

const PARENT: ParentFacts = {
  chainLength: 3,
  contentSha256: 'a'.repeat(64),
  pageSizeBytes: 4096,
  identity: '1:2',
  filesThere: true,
};
const IMAGE: ImageFacts = { contentSha256: 'b'.repeat(64), pageSizeBytes: 4096, pageCount: 100, identity: '1:2' };
const SAME: ImageFacts = { ...IMAGE, contentSha256: PARENT.contentSha256 };

const full = (reason: FormChoice['reason']): FormChoice => ({ form: 'full', reason });
const CHANGES: FormChoice = { form: 'changes', reason: 'changes' };
const NOTHING: FormChoice = { form: 'none', reason: 'unchanged' };

test.each<[what: string, parent: ParentFacts | null, image: ImageFacts, changedPages: number | null, FormChoice]>([
  ['a few pages', PARENT, IMAGE, 1, CHANGES],
  ['half of the pages', PARENT, IMAGE, 50, CHANGES],
  ['more than half', PARENT, IMAGE, 51, full('over-half')],
  ['half of an odd number of pages', PARENT, { ...IMAGE, pageCount: 99 }, 50, full('over-half')],
  ['the seventh of a chain', { ...PARENT, chainLength: 6 }, IMAGE, 1, CHANGES],
  ['the eighth of a chain', { ...PARENT, chainLength: 7 }, IMAGE, 1, full('chain-full')],
  ['no parent', null, IMAGE, 1, full('no-parent')],
  ['a parent with a file that is gone', { ...PARENT, filesThere: false }, IMAGE, 1, full('no-parent')],
  ['another page size', PARENT, { ...IMAGE, pageSizeBytes: 512 }, 1, full('page-size')],
  ['another file in its place', PARENT, { ...IMAGE, identity: '1:3' }, 1, full('replaced-file')],
  ['a map that cannot be used', PARENT, IMAGE, null, full('map-unusable')],
  ['a map by which another image is the same', PARENT, IMAGE, 0, full('map-unusable')],
  ['the same image', PARENT, SAME, 0, NOTHING],
  ['the same image, whatever the map says', PARENT, SAME, null, NOTHING],
  ['the same image at the end of a chain', { ...PARENT, chainLength: 7 }, SAME, 0, NOTHING],
  ['the same image, but the parent is gone', { ...PARENT, filesThere: false }, SAME, 0, full('no-parent')],
  ['the same image in another file', PARENT, { ...SAME, identity: '1:3' }, 0, full('replaced-file')],
])('%s', (_what, parent, image, changedPages, choice) => {
  expect(chooseForm(parent, image, changedPages)).toEqual(choice);
});
