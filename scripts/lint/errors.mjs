// Lint rules for errors: what is thrown is of the hierarchy, and nothing is swallowed without a word.
import path from 'node:path';
import { ALLOWED, HIERARCHY, PROGRAMMING } from './thrown.mjs';

const root = path.resolve(import.meta.dirname, '../..');

/** Says what is wrong with `throw new <name>` in a file (a path from the repository's root), or returns ''. */
export function thrownProblem(file, name) {
  if (!/^(electron|shared|renderer)\//.test(file)) return '';
  if (PROGRAMMING.has(name) || HIERARCHY.has(name)) return '';
  if (ALLOWED.some((allowed) => allowed.name === name && file.startsWith(allowed.where))) return '';
  return `${name} has no code, no severity and no words for people: throw holdfastError(code, …), or wrapError what was caught. What is always caught in its own module is listed with its reason in scripts/lint/thrown.mjs.`;
}

// The root can be set, so that a test can lint a small tree laid out like the project.
function relativeFile(context) {
  return path
    .relative(context.settings?.holdfast?.root ?? root, context.filename)
    .split(path.sep)
    .join('/');
}

/** All that an expression can give: `a ? new X() : y`, `x ?? new Y()`. */
function outcomes(node) {
  switch (node?.type) {
    case 'ConditionalExpression':
      return [...outcomes(node.consequent), ...outcomes(node.alternate)];
    case 'LogicalExpression':
      return [...outcomes(node.left), ...outcomes(node.right)];
    case 'TSAsExpression':
    case 'TSNonNullExpression':
    case 'ParenthesizedExpression':
      return outcomes(node.expression);
    default:
      return node ? [node] : [];
  }
}

const thrownRule = {
  create(context) {
    const file = relativeFile(context);
    const check = (thrown) => {
      for (const node of outcomes(thrown)) {
        if (node.type === 'Literal' || node.type === 'TemplateLiteral' || node.type === 'ObjectExpression') {
          if (/^(electron|shared|renderer)\//.test(file)) {
            context.report({
              node,
              message: 'only errors are thrown: what is no error has no stack. Throw holdfastError(code, …).',
            });
          }
        } else if (node.type === 'NewExpression' || (node.type === 'CallExpression' && isErrorName(node.callee.name))) {
          const name = node.callee.type === 'Identifier' ? node.callee.name : 'this error';
          const message = thrownProblem(file, name);
          if (message) context.report({ node, message });
        }
      }
    };
    return {
      ThrowStatement: (node) => check(node.argument),
      CallExpression(node) {
        const { callee } = node;
        const name = callee.type === 'MemberExpression' && !callee.computed ? callee.property.name : callee.name;
        if (name === 'reject') check(node.arguments[0]);
      },
    };
  },
};

/** `Error('x')` makes an error without `new`. */
const isErrorName = (name) => typeof name === 'string' && /^[A-Z]\w*Error$|^Error$/.test(name);

/** True for `() => undefined` and `() => {}`: nobody hears of the failure. With another value somebody looks at it. */
function hearsNothing(handler) {
  if (handler?.type !== 'ArrowFunctionExpression' || handler.params.length > 0) return false;
  const { body } = handler;
  if (body.type === 'BlockStatement') return body.body.length === 0;
  return body.type === 'Identifier' && body.name === 'undefined';
}

const silentRule = {
  create(context) {
    if (!/^(electron|shared|renderer)\//.test(relativeFile(context))) return {};
    const lines = context.sourceCode.text.split('\n');
    const isComment = (line) => /(^|\s)(\/\/|\/\*|\*)/.test(line ?? '');
    /** On one of these lines, or right before the statement they belong to. */
    const isExplained = (from, to) => {
      let first = from;
      // The lines of a call that is written over several begin with a dot.
      while (/^\s*[.)}\]]/.test(lines[first - 1] ?? '')) first -= 1;
      return lines.slice(first - 2 < 0 ? 0 : first - 2, to).some(isComment);
    };
    const report = (node) =>
      context.report({
        node,
        message: 'a failure is swallowed here: say in a comment why nobody needs to hear of it, or report it.',
      });
    return {
      CatchClause(node) {
        const { start, end } = node.body.loc;
        if (node.body.body.length === 0 && !isExplained(start.line, end.line)) report(node);
      },
      CallExpression(node) {
        const { callee } = node;
        if (callee.type !== 'MemberExpression' || callee.computed) return;
        const handler = callee.property.name === 'catch' ? node.arguments[0] : undefined;
        if (handler && hearsNothing(handler) && !isExplained(handler.loc.start.line, handler.loc.end.line))
          report(handler);
      },
    };
  },
};

export default { meta: { name: 'holdfast-errors' }, rules: { thrown: thrownRule, swallowed: silentRule } };
