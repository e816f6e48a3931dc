/**
 * Lint rule `house/pixel-path`: whatever can decide a pixel uses arithmetic that every engine does alike.
 *
 * Allowed are + - * /, the members of Math that IEEE 754 or ECMAScript define to the last bit, and @imsim-od/portable-math. Refused are the
 * other members of Math (engines differ in their last bits), `**`, the clock, the locale and host random numbers. `Math` may only be used as
 * `Math.name`: destructured, renamed or handed on, nobody could see which member is meant.
 */

const EXACT_MATH = new Set(
  'sqrt floor ceil round trunc abs min max sign imul fround clz32 PI E LN2 LN10 LOG2E LOG10E SQRT2 SQRT1_2'.split(
    ' ',
  ),
);
const REFUSED_GLOBALS = new Set(['Date', 'Intl', 'performance']);
const GLOBAL_OBJECTS = new Set(['globalThis', 'window', 'self', 'global']);
const REFUSED_MEMBERS = /^(localeCompare|toLocale\w*|getRandomValues|randomUUID)$/;

/** The name a member expression asks for, or undefined where only the running program knows it. */
function memberName(node) {
  if (!node.computed) return node.property.name;
  if (node.property.type === 'Literal') return String(node.property.value);
  if (node.property.type === 'TemplateLiteral' && node.property.expressions.length === 0) {
    return node.property.quasis[0].value.cooked;
  }
  return undefined;
}

function isMemberOf(identifier) {
  const parent = identifier.parent;
  return parent.type === 'MemberExpression' && parent.object === identifier;
}

/** @type {import('eslint').Rule.RuleModule} */
export const pixelPath = {
  meta: {
    type: 'problem',
    docs: { description: 'Refuses what differs between engines, machines or moments on the pixel path.' },
    schema: [],
    messages: {
      math: 'Math.{{name}} is not the same on every engine; take it from @imsim-od/portable-math.',
      power:
        '`{{operator}}` is not the same on every engine; multiply, or take pow from @imsim-od/portable-math.',
      opaque: 'Use Math only as Math.name here, so that the rule can see which member is meant.',
      global: '{{name}} depends on the machine or the moment, and pixels must not.',
      hidden: 'Do not reach for globals by way of {{name}} here; name them.',
      member: '{{name}} depends on the machine or the moment, and pixels must not.',
    },
  },
  create(context) {
    const { sourceCode } = context;

    function checkMath(identifier) {
      if (!isMemberOf(identifier)) return context.report({ node: identifier, messageId: 'opaque' });
      const name = memberName(identifier.parent);
      if (name === undefined) return context.report({ node: identifier.parent, messageId: 'opaque' });
      if (EXACT_MATH.has(name)) return undefined;
      return context.report({ node: identifier.parent, messageId: 'math', data: { name } });
    }

    function checkGlobalObject(identifier) {
      const name = isMemberOf(identifier) ? memberName(identifier.parent) : undefined;
      if (name !== undefined && name !== 'Math' && !REFUSED_GLOBALS.has(name) && !GLOBAL_OBJECTS.has(name))
        return;
      context.report({ node: identifier, messageId: 'hidden', data: { name: identifier.name } });
    }

    function checkReference(reference) {
      const { identifier, resolved } = reference;
      const isGlobal = !resolved || resolved.defs.length === 0;
      if (!isGlobal || reference.isValueReference === false) return;
      if (identifier.name === 'Math') checkMath(identifier);
      else if (GLOBAL_OBJECTS.has(identifier.name)) checkGlobalObject(identifier);
      else if (REFUSED_GLOBALS.has(identifier.name)) {
        context.report({ node: identifier, messageId: 'global', data: { name: identifier.name } });
      }
    }

    return {
      'Program:exit'() {
        for (const scope of sourceCode.scopeManager.scopes) scope.references.forEach(checkReference);
      },
      'BinaryExpression[operator="**"], AssignmentExpression[operator="**="]'(node) {
        context.report({ node, messageId: 'power', data: { operator: node.operator } });
      },
      MemberExpression(node) {
        const name = memberName(node);
        if (name !== undefined && REFUSED_MEMBERS.test(name)) {
          context.report({ node, messageId: 'member', data: { name } });
        }
      },
    };
  },
};
