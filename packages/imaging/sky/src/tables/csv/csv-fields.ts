/** Fields of one CSV record (RFC 4180: `"a, ""b"""` is `a, "b"`). */

/** Splits a whole record; blanks around plain fields are taken off. */
export function splitFields(record: string, delimiter: string): string[] {
  if (delimiter === ' ' && !record.includes('"')) return record.trim().split(/\s+/);
  const fields: string[] = [];
  eachField(record, delimiter, (text) => fields.push(text));
  return fields;
}

/**
 * Takes the fields of a record at the given places (ascending) and hands each on. Returns false where the record ends
 * before the last place asked for.
 */
export function pickFields(
  record: string,
  delimiter: string,
  places: readonly number[],
  take: (index: number, text: string) => void,
): boolean {
  if (delimiter === ' ' || record.includes('"')) {
    const fields = splitFields(record, delimiter);
    places.forEach((place, index) => take(index, fields[place] ?? ''));
    return fields.length > (places[places.length - 1] ?? 0);
  }
  let start = 0;
  let field = 0;
  for (let index = 0; index < places.length; index++) {
    const place = places[index]!;
    while (field < place) {
      const end = record.indexOf(delimiter, start);
      if (end < 0) return false;
      start = end + 1;
      field++;
    }
    const end = record.indexOf(delimiter, start);
    take(index, end < 0 ? record.slice(start) : record.slice(start, end));
  }
  return true;
}

function eachField(record: string, delimiter: string, take: (text: string) => void): void {
  let at = 0;
  for (;;) {
    while (record[at] === ' ' && delimiter !== ' ') at++;
    if (record[at] === '"') {
      const { text, end } = quoted(record, at + 1);
      take(text);
      at = record.indexOf(delimiter, end);
    } else {
      const end = record.indexOf(delimiter, at);
      take((end < 0 ? record.slice(at) : record.slice(at, end)).trim());
      at = end;
    }
    if (at < 0) return;
    at++;
    if (delimiter === ' ') while (record[at] === ' ') at++;
  }
}

function quoted(record: string, start: number): { readonly text: string; readonly end: number } {
  let text = '';
  let at = start;
  for (;;) {
    const end = record.indexOf('"', at);
    if (end < 0) return { text: text + record.slice(at), end: record.length };
    text += record.slice(at, end);
    if (record[end + 1] !== '"') return { text, end: end + 1 };
    text += '"';
    at = end + 2;
  }
}
