/** Opens a destination of any kind. The drivers, and the packages they need, are loaded when they are used. */
import { assertNever } from '@shared/errors';
import type { OpenDestination } from './types';

export const openDestination: OpenDestination = async (options) => {
  const { kind } = options.config;
  switch (kind) {
    case 'folder':
      return (await import('./folder')).openFolder(options);
    case 's3':
      return (await import('./s3')).openS3(options);
    case 'sftp':
      return (await import('./sftp')).openSftp(options);
    default:
      return assertNever(kind);
  }
};
