/** Two recipes side by side: what differs between them, by dotted path. */

/** One value that differs; undefined where a side has none. */
export interface ParameterDifference {
  readonly path: string;
  readonly a: string | undefined;
  readonly b: string | undefined;
}

/** What differs, in the order of the first recipe. */
export function parameterDifferences(a: unknown, b: unknown): readonly ParameterDifference[] {
  const [ofA, ofB] = [leavesOf(a), leavesOf(b)];
  return [...new Set([...ofA.keys(), ...ofB.keys()])]
    .map((path) => ({ path, a: ofA.get(path), b: ofB.get(path) }))
    .filter((one) => one.a !== one.b);
}

function leavesOf(value: unknown, path = '', leaves = new Map<string, string>()): Map<string, string> {
  if (typeof value === 'object' && value !== null && Object.keys(value).length > 0)
    for (const [key, inner] of Object.entries(value))
      leavesOf(inner, path === '' ? key : `${path}.${key}`, leaves);
  else leaves.set(path, typeof value === 'string' ? value : JSON.stringify(value));
  return leaves;
}
