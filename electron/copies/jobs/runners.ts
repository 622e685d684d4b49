/** The jobs of copies by name. */
import { copyPoint } from './copy';
import { fetchCopy } from './fetch';
import { forgetCopies } from './forget';
import { listCopies } from './list-copies';
import { rereadCopy } from './reread';
import { tryDestination } from './try-destination';

export const COPY_RUNNERS = {
  copy: copyPoint,
  reread: rereadCopy,
  fetch: fetchCopy,
  forget: forgetCopies,
  'list-copies': listCopies,
  'try-destination': tryDestination,
};
