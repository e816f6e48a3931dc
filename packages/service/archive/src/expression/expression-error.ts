/** What is wrong with a search expression, and where. */

export type ExpressionErrorCode =
  'EXPRESSION_SYNTAX' | 'EXPRESSION_FIELD' | 'EXPRESSION_TYPE' | 'EXPRESSION_SIZE';

/** An expression that cannot be understood. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  readonly code: ExpressionErrorCode;
  /** 0-based, in UTF-16 units. */
  readonly position: number;

  constructor(code: ExpressionErrorCode, position: number, detail: string) {
    super(`At character ${position + 1} of the expression: ${detail}${detail.endsWith('?') ? '' : '.'}`);
    this.code = code;
    this.position = position;
  }
}
