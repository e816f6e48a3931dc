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

/** The parameters of one part of the recipes. */
export interface ParameterGroup {
  /** Its first key: `visit`, `effects`. */
  readonly name: string;
  /** How many of them differ. */
  readonly differing: number;
  readonly parameters: readonly ParameterDifference[];
}

/** All parameters in groups, in the order of the first recipe. */
export function parameterGroups(a: unknown, b: unknown): readonly ParameterGroup[] {
  const [ofA, ofB] = [leavesOf(a), leavesOf(b)];
  const groups = new Map<string, ParameterDifference[]>();
  for (const path of new Set([...ofA.keys(), ...ofB.keys()])) {
    const [name = path] = path.split('.');
    const group = groups.get(name) ?? [];
    group.push({ path, a: ofA.get(path), b: ofB.get(path) });
    groups.set(name, group);
  }
  return [...groups].map(([name, parameters]) => ({
    name,
    differing: parameters.filter((one) => one.a !== one.b).length,
    parameters,
  }));
}

function leavesOf(value: unknown, path = '', leaves = new Map<string, string>()): Map<string, string> {
  if (typeof value === 'object' && value !== null && Object.keys(value).length > 0)
    for (const [key, inner] of Object.entries(value))
      leavesOf(inner, path === '' ? key : `${path}.${key}`, leaves);
  else leaves.set(path, typeof value === 'string' ? value : JSON.stringify(value));
  return leaves;
}
