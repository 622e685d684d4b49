// Lint rules for the architecture: imports follow the table in layers.mjs, and raw Electron messaging stays behind the
// IPC layer. The messages name the allowed folders, so that a reader knows where to put the code instead.
import { builtinModules } from 'node:module';
import path from 'node:path';
import { domains, layerOf, rawMessaging } from './layers.mjs';
import { catalogueRule, formatRule } from './texts.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const builtins = new Set(builtinModules);

/** Says what is wrong with an import, or returns ''. `file` is a path from the repository's root. */
export function importProblem(file, source) {
  const layer = layerOf(file);
  if (!layer) {
    if (!file.startsWith('electron/')) return '';
    return `${file} is in no known folder of electron/; use one of ${domains.join(', ')}, desktop, ipc, workers, cli, or add it to scripts/lint/layers.mjs.`;
  }
  const own = ownPath(file, source);
  if (own !== undefined) {
    if (layer.own.some((folder) => own === folder || own.startsWith(`${folder}/`))) return '';
    return `${layer.files[0]} may import ${layer.own.map((folder) => `${folder}/`).join(', ')} only, not ${own}.`;
  }
  const name = packageName(source);
  if (name === 'electron') {
    if (layer.electron) return '';
    return "'electron' may be imported only in electron/desktop/, electron/ipc/, electron/main.ts and electron/preload.ts.";
  }
  if (source.startsWith('node:') || builtins.has(name)) {
    return layer.node
      ? ''
      : `${layer.files[0]} may not use Node's modules (${source}); that work belongs in electron/.`;
  }
  if (layer.not?.includes(name))
    return `${layer.files[0]} may not import ${name}; it belongs to the main process in electron/.`;
  if (layer.packages === true || layer.packages.includes(name)) return '';
  const allowed = layer.packages.length > 0 ? layer.packages.join(', ') : 'no npm package';
  return `${layer.files[0]} may import ${allowed} besides its own folders, not ${name}.`;
}

/** Path from the root for imports of this repository's own files; undefined for packages. */
function ownPath(file, source) {
  if (source.startsWith('.')) return path.posix.join(path.posix.dirname(file), source);
  if (source.startsWith('@shared/')) return `shared/${source.slice('@shared/'.length)}`;
  if (source.startsWith('@/')) return `renderer/${source.slice(2)}`;
  return undefined;
}

function packageName(source) {
  return source.split('/', source.startsWith('@') ? 2 : 1).join('/');
}

// The root can be set, so that a test can lint a small tree laid out like the project.
function relativeFile(context) {
  return path
    .relative(context.settings?.holdfast?.root ?? root, context.filename)
    .split(path.sep)
    .join('/');
}

const layerRule = {
  create(context) {
    const file = relativeFile(context);
    const check = (node) => {
      const source = node?.value;
      if (typeof source !== 'string') return;
      const message = importProblem(file, source);
      if (message) context.report({ node, message });
    };
    return {
      ImportDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      TSImportType: (node) => check(node.source ?? node.argument?.literal ?? node.argument),
      CallExpression: (node) => {
        if (node.callee.type === 'Identifier' && node.callee.name === 'require') check(node.arguments[0]);
      },
    };
  },
};

const messagingRule = {
  create(context) {
    const file = relativeFile(context);
    if (!/^(electron|renderer|shared)\//.test(file)) return {};
    if (rawMessaging.some((place) => file === place || (place.endsWith('/') && file.startsWith(place)))) return {};
    const report = (node, what) =>
      context.report({
        node,
        message: `${what} may be used only in ${rawMessaging.join(' and ')}; publish through electron/ipc/.`,
      });
    return {
      Identifier(node) {
        if (node.name === 'ipcMain' || node.name === 'ipcRenderer') report(node, node.name);
      },
      MemberExpression(node) {
        const name = !node.computed && node.property.name;
        if (!['send', 'sendToFrame', 'postMessage'].includes(name)) return;
        const target = node.object;
        const holder = target.type === 'MemberExpression' && !target.computed ? target.property.name : target.name;
        if (holder === 'webContents') report(node, `webContents.${name}`);
      },
    };
  },
};

export default {
  meta: { name: 'holdfast' },
  rules: { layers: layerRule, 'raw-messaging': messagingRule, catalogue: catalogueRule, format: formatRule },
};
