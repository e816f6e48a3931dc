/**
 * Lint rule `house/file-length`: the length at which a file has become several concepts.
 *
 * ESLint's own max-lines holds one limit at one severity; the house has two: a warning that asks for a split, and an error that stops.
 */

/** @type {import('eslint').Rule.RuleModule} */
export const fileLength = {
  meta: {
    type: 'suggestion',
    docs: { description: 'Refuses files longer than a limit.' },
    schema: [{ type: 'object', properties: { max: { type: 'integer', minimum: 1 } }, required: ['max'] }],
    messages: { long: 'The file has {{lines}} lines; the limit is {{max}}. Split it by concept.' },
  },
  create(context) {
    const { max } = context.options[0];
    return {
      Program(node) {
        const lines = context.sourceCode.lines.length;
        if (lines > max) context.report({ node, messageId: 'long', data: { lines, max } });
      },
    };
  },
};
