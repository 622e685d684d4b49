/** The `app://` scheme the window is loaded from: serves the built renderer and nothing else. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { app, protocol } from 'electron';

const SCHEME = 'app';
const HOST = 'holdfast';

/** During development vite serves the window. */
const developmentUrl = app.isPackaged ? undefined : process.env.ELECTRON_RENDERER_URL || undefined;

/** Address of the window's page. */
export const PAGE_URL = developmentUrl ?? `${SCHEME}://${HOST}/index.html`;

/** True for an address of ours. (`URL.origin` is no use: it is 'null' for schemes that Node does not know.) */
export function isOurs(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const asked = new URL(url);
  const ours = new URL(PAGE_URL);
  return asked.protocol === ours.protocol && asked.host === ours.host;
}

// Styles are written into the page by the component library; scripts are only ever files of ours.
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const CONTENT_TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Gives the scheme the standing of https. Call before the application is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Answers requests of the scheme with the files below `folder`. */
export function serveRenderer(folder: string): void {
  protocol.handle(SCHEME, async (request) => {
    const file = rendererFile(folder, request.url);
    if (!file) return new Response('not found', { status: 404 });
    try {
      const content = await readFile(file.path);
      return new Response(new Uint8Array(content), {
        headers: {
          'Content-Type': file.contentType,
          'Content-Security-Policy': CONTENT_SECURITY_POLICY,
          'X-Content-Type-Options': 'nosniff',
        },
      });
    } catch (error) {
      return new Response(String(error), { status: 404 });
    }
  });
}

function rendererFile(folder: string, url: string): { path: string; contentType: string } | null {
  const { host, pathname } = new URL(url);
  const contentType = CONTENT_TYPES[path.extname(pathname)];
  if (host !== HOST || !contentType) return null;
  const file = path.resolve(folder, `.${decodeURIComponent(pathname)}`);
  return file.startsWith(folder + path.sep) ? { path: file, contentType } : null;
}
