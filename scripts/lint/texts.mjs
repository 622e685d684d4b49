// Lint rules for what people read: every text of the window comes from the catalogue, so that both languages have it, and
// every number, size and time is written by renderer/format, in the user's own way.
import path from 'node:path';

/** Attributes, and properties of the same names in objects, whose text people read or hear. */
const READ = new Set([
  'alt',
  'aria-description',
  'aria-label',
  'aria-roledescription',
  'aria-valuetext',
  'cancelLabel',
  'confirmLabel',
  'description',
  'detail',
  'error',
  'label',
  'legend',
  'message',
  'placeholder',
  'title',
  'tooltip',
  'tryLabel',
]);
/** Of objects; `error: 'bad'` there is a tone by the name of a level. */
const READ_OF_OBJECTS = new Set([...READ].filter((name) => name !== 'error' && name !== 'message'));
/** Functions that show their texts. */
const SHOWING = new Set(['notifyDone', 'notifyRefused', 'confirm', 'explain']);

/** Texts that are the same in every language. */
export const same = [
  {
    pattern: /^[\d\s.,:/…–—+−×±%°()*✓-]*(ms|s|min|h|d|[kMGT]?B|Hz|px)?[\d\s.,:/…–—+−×±%°()*✓-]*$/,
    why: 'numbers, signs and units',
  },
  { pattern: /^(https?|smtps?|sftp|postgres):\/\//, why: 'the form of an address' },
  { pattern: /^[\w.*-]+@[\w.-]+(, [\w.*-]+@[\w.-]+)*$/, why: 'the form of a mail address' },
  { pattern: /^[\w-]+(\.[\w-]+)+(:\d+)?$/, why: 'the form of a host or of a file' },
  { pattern: /^~?(\/[\w.*{},-]+)+\/?$/, why: 'the form of a path' },
  { pattern: /^(NULL$|(SELECT|UPDATE|DELETE|INSERT) )/, why: 'SQL' },
  { pattern: /^[a-z]+_[a-z_]*([={].*)?(, [a-z]+_[a-z_]*)*$/, why: 'names of series or columns' },
  { pattern: /^age1…$/, why: 'the form of a key' },
  { pattern: /^(Holdfast|SQLite|Prometheus|OpenTelemetry|Sentry|Python|Node\.js|GPU|CPU)$/, why: 'names' },
  { pattern: /^((Ctrl|Enter|Esc|Tab|⌘)( ?\+? ?[A-Z])?|[A-Z])$/, why: 'keys, as they are printed on them' },
];

/** Says what is wrong with a text that stands in the code, or returns ''. */
export function textProblem(text) {
  const shown = text.trim();
  if (!/\p{L}/u.test(shown) || same.some(({ pattern }) => pattern.test(shown))) return '';
  return `"${shown.slice(0, 60)}" is read by people: put it into renderer/locales, in both languages, and show it with t().`;
}

/** Texts that an expression may give, with their nodes. */
function* textsOf(node) {
  switch (node?.type) {
    case 'Literal':
      if (typeof node.value === 'string') yield [node, node.value];
      break;
    case 'TemplateLiteral':
      for (const part of node.quasis) yield [part, part.value.cooked ?? ''];
      break;
    case 'ConditionalExpression':
      yield* textsOf(node.consequent);
      yield* textsOf(node.alternate);
      break;
    case 'LogicalExpression':
      yield* textsOf(node.left);
      yield* textsOf(node.right);
      break;
    case 'BinaryExpression':
      if (node.operator === '+') {
        yield* textsOf(node.left);
        yield* textsOf(node.right);
      }
      break;
    case 'JSXExpressionContainer':
      yield* textsOf(node.expression);
      break;
  }
}

const windowFile = (context) => {
  const root = context.settings?.holdfast?.root ?? path.resolve(import.meta.dirname, '../..');
  const file = path.relative(root, context.filename).split(path.sep).join('/');
  return file.startsWith('renderer/') ? file : null;
};

/** Texts of the window outside the catalogue. */
export const catalogueRule = {
  create(context) {
    const file = windowFile(context);
    if (!file || file.startsWith('renderer/locales/')) return {};
    const check = (value) => {
      for (const [node, text] of textsOf(value)) {
        const message = textProblem(text);
        if (message) context.report({ node, message });
      }
    };
    return {
      JSXText(node) {
        const message = textProblem(node.value);
        if (message) context.report({ node, message });
      },
      JSXExpressionContainer(node) {
        // as a child; attributes are looked at by their names
        if (node.parent?.type === 'JSXElement' || node.parent?.type === 'JSXFragment') check(node.expression);
      },
      JSXAttribute(node) {
        if (node.name.type === 'JSXIdentifier' && READ.has(node.name.name)) check(node.value);
      },
      Property(node) {
        const name = node.key.type === 'Identifier' ? node.key.name : node.key.value;
        if (!node.computed && READ_OF_OBJECTS.has(name)) check(node.value);
      },
      CallExpression(node) {
        if (node.callee.type === 'Identifier' && SHOWING.has(node.callee.name)) check(node.arguments[0]);
      },
    };
  },
};

const BY_HAND = new Set(['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString', 'toFixed', 'toPrecision']);

/** `Number(x.toPrecision(12))` gives a number again: nobody reads it. */
function isRounding(member) {
  const outer = member.parent?.type === 'CallExpression' ? member.parent.parent : null;
  return outer?.type === 'CallExpression' && outer.callee.name === 'Number';
}

/** Numbers and times that are written by hand. */
export const formatRule = {
  create(context) {
    const file = windowFile(context);
    if (!file || file.startsWith('renderer/format/')) return {};
    const report = (node, what) =>
      context.report({ node, message: `${what} may be used only in renderer/format/, which knows the user's locale.` });
    return {
      MemberExpression(node) {
        if (!node.computed && BY_HAND.has(node.property.name) && !isRounding(node)) report(node, node.property.name);
        if (!node.computed && node.object.type === 'Identifier' && node.object.name === 'Intl') {
          // a type, or a formatter that is made
          if (node.parent?.type === 'NewExpression') report(node, `Intl.${node.property.name}`);
        }
      },
    };
  },
};
