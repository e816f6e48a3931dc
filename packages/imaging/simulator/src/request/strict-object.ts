/** Objects of the request's schema. */
import Type from 'typebox';

/** An object whose unknown keys are refused. */
export const strictObject = <P extends Parameters<typeof Type.Object>[0]>(
  properties: P,
  options: object = {},
) => Type.Object(properties, { additionalProperties: false, ...options });
