/** A host that no address names. */
const HERE = 'http://portal.invalid';

/** Whether something from an address is a path of this portal, and leads nowhere else however a browser reads it. */
export function isPathInside(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.startsWith('/') &&
    URL.canParse(value, HERE) &&
    new URL(value, HERE).origin === HERE
  );
}
