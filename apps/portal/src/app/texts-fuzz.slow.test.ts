/** What comes into the portal as text, from an address, a file or a keyboard, against damaged and invented ones. */
import { repositoryRoot } from '@imsim-od/testing';
import { damaged, fuzz, soupOf } from '@imsim-od/testing/fuzz';
import { defaultParseSearch } from '@tanstack/react-router';
import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandOf } from '../copyable-act/command-of.js';
import { toApiSearch, readDataSearch } from '../data/data-search.js';
import { designFromFragment, fragmentOfDesign } from '../design/design-link.js';
import {
  checkDocument,
  chosenDetectors,
  documentsFromText,
  FIRST_DOCUMENT,
} from '../design/request-document.js';
import { stackOf } from '../design/sky-stack.js';
import { requestsOf, settingsOf } from '../design/visits/chosen-visits.js';
import { visitsOfDocuments } from '../design/visits/requests-of-file.js';
import { readDeclination, readRightAscension } from '../sky-map/coordinates.js';
import { ROUTE_SEARCHES } from './route-searches.js';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (input: Uint8Array | string): string =>
  typeof input === 'string' ? input : new TextDecoder().decode(input);
const folder = join(repositoryRoot, 'examples');
const EXAMPLES = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => new Uint8Array(readFileSync(join(folder, name))));
const REQUEST_WORDS = [
  ...[
    'pointing',
    'raDeg',
    'band',
    'detectors',
    'sky',
    'effects',
    'products',
    'visitId',
    '__proto__',
    'constructor',
  ],
  ...[
    '&a',
    '*a',
    '<<',
    '!!map',
    '|',
    '?',
    '-',
    '{',
    '}',
    '[',
    ']',
    ':',
    '---',
    '1e999',
    '.nan',
    '~',
    "'",
    '"',
    '0',
    '99',
  ],
];

describe('texts under fuzz', () => {
  it('coordinates are a direction, the one that was written, or none', async () => {
    await fuzz({
      what: 'coordinates',
      inputs: fc.oneof(
        soupOf(
          [
            '10',
            '00',
            '24',
            '59.9',
            '60',
            '360',
            '-',
            '+',
            '−',
            '.5',
            'h',
            'd',
            '°',
            'm',
            '′',
            's',
            '″',
            'deg',
            '٣',
          ],
          ['', ' ', ':', '  '],
        ),
        fc.string({ unit: 'binary', maxLength: 30 }),
        fc.nat(100_000).map((times) => `1${' '.repeat(times)}:`),
      ),
      parse: (input) => {
        const raDeg = readRightAscension(input as string);
        const decDeg = readDeclination(input as string);
        if (raDeg !== undefined && !(raDeg >= 0 && raDeg < 360))
          throw new TypeError(`right ascension ${raDeg}`);
        if (decDeg !== undefined && !(Math.abs(decDeg) <= 90)) throw new TypeError(`declination ${decDeg}`);
      },
    });
    const part = fc.nat(59).map((value) => String(value).padStart(2, '0'));
    fc.assert(
      fc.property(fc.nat(23), part, part, fc.nat(9), (hours, minutes, seconds, tenths) => {
        const value = hours + Number(minutes) / 60 + Number(`${seconds}.${tenths}`) / 3600;
        // 1e-9 deg is 4 µas: doubles of some hundred degrees are rounded to 3e-14.
        expect(readRightAscension(`${hours}h ${minutes}m ${seconds}.${tenths}s`)).toBeCloseTo(15 * value, 9);
        expect(readRightAscension(`${hours}:${minutes}:${seconds}.${tenths}`)).toBeCloseTo(15 * value, 9);
        expect(readRightAscension(`${hours}d${minutes}m${seconds}.${tenths}`)).toBeCloseTo(value, 9);
        expect(readDeclination(`-${hours}°${minutes}′${seconds}.${tenths}″`)).toBeCloseTo(-value, 9);
      }),
    );
  });

  it('addresses of all screens give what the screens know, once and again', () => {
    const readers: readonly ((search: Readonly<Record<string, unknown>>) => object)[] =
      Object.values(ROUTE_SEARCHES);
    const id = '018f5a1e-0000-7000-8000-000000000001';
    const names = [
      ...[
        'back',
        'state',
        'from',
        'name',
        'task',
        'a',
        'b',
        'twin',
        'exposure',
        'type',
        'dataset',
        'hdu',
        'bias',
        'part',
      ],
      ...['expression', 'band', 'detector', 'runId', 'view', '__proto__', 'constructor', 'toString'],
    ];
    const values = [
      ...[
        id,
        'raw',
        'eimage',
        'sky',
        'mine',
        'failed',
        'kept',
        'health',
        'r',
        '7-0',
        '0',
        '-1',
        '1.5',
        '1e999',
        'null',
      ],
      ...[
        'true',
        '[1,"raw"]',
        '{"a":1}',
        '[[]]',
        '%00',
        '%zz',
        '%',
        "'",
        '/runs',
        '//evil',
        '/%09/evil',
        '/\\evil',
        'javascript:0',
      ],
    ];
    return fuzz({
      what: 'addresses',
      inputs: fc.oneof(
        fc
          .array(
            fc.tuple(fc.constantFrom(...names), fc.oneof(fc.constantFrom(...values), fc.json(), fc.string())),
            {
              maxLength: 6,
            },
          )
          .map((pairs) => `?${pairs.map(([name, value]) => `${name}=${value}`).join('&')}`),
        soupOf([...names, ...values], ['=', '&', '?', '']).map((text) => `?${text}`),
      ),
      parse: (input) => {
        const search: Readonly<Record<string, unknown>> = defaultParseSearch(input as string);
        for (const read of readers) {
          const known = read({ ...search }) as Readonly<Record<string, unknown>>;
          if (JSON.stringify(read({ ...known })) !== JSON.stringify(known))
            throw new TypeError('read differently');
          if (typeof known['back'] === 'string' && new URL(known['back'], 'http://a.test').host !== 'a.test')
            throw new TypeError(`${known['back']} leads elsewhere`);
        }
        const data = readDataSearch(search);
        commandOf({ name: 'downloadZip', input: { query: toApiSearch(data) } });
      },
    });
  });

  it('links hold a design that can be checked, linked again and told as a command, or none', () => {
    const part = { pointing: { raDeg: 53, decDeg: -27 }, visitId: 7 };
    const visits = {
      databaseName: 'a.db',
      option: null,
      parts: [part, { visitId: 8 }],
      shown: 1,
      notes: ['n'],
    };
    const off = [{ place: 1, entry: { type: 'synthetic', seed: 2 } }];
    const links = [
      fragmentOfDesign({ document: FIRST_DOCUMENT, visits: null, off: [] }),
      fragmentOfDesign({ document: FIRST_DOCUMENT, visits: null, off }),
      fragmentOfDesign({ document: FIRST_DOCUMENT, visits, off }),
    ];
    const contents = links.map((link) =>
      bytesOf(
        atob(
          link
            .slice(link.indexOf('=') + 1)
            .replaceAll('-', '+')
            .replaceAll('_', '/'),
        ),
      ),
    );
    const linkOf = (name: string) => (content: string) =>
      `#${name}=${Buffer.from(content).toString('base64url')}`;
    const link = (content: fc.Arbitrary<string>) =>
      fc.oneof(content.map(linkOf('request')), content.map(linkOf('design')));
    return fuzz({
      what: 'links',
      inputs: fc.oneof(
        damaged(links.map(bytesOf)).map(textOf),
        link(damaged(contents, [...REQUEST_WORDS, '"keys":', '"rows":', '"shown":', 'null']).map(textOf)),
        link(fc.json({ maxDepth: 4 })),
        link(fc.nat(1000).map((depth) => `{"sky":${'['.repeat(depth)}${']'.repeat(depth)}}`)),
      ),
      parse: (input) => {
        const design = designFromFragment(input as string);
        if (design === undefined) return;
        checkDocument(design.document);
        chosenDetectors(design.document);
        JSON.stringify(design.document);
        stackOf(design.document['sky'], design.off);
        if (design.visits === null) return;
        settingsOf(design.document, design.visits);
        requestsOf(design.document, { ...design.visits, parts: design.visits.parts.slice(0, 3), shown: 0 });
        fragmentOfDesign(design);
      },
    });
  });

  it('links of many keys and rows, or of deep nesting, are done with at once', () => {
    const linkOf = (name: string, content: string) =>
      `#${name}=${Buffer.from(content).toString('base64url')}`;
    const table = (keys: string, rows: string) =>
      `{"document":{},"databaseName":"","option":null,"notes":[],"shown":0,"keys":[${keys}],"rows":[${rows}]}`;
    // Every key for every row would be 1e9 steps.
    const many = table(`""${',""'.repeat(200_000)}`, `[]${',[]'.repeat(4999)}`);
    expect(designFromFragment(linkOf('design', many))?.visits?.parts).toHaveLength(5000);
    const deep = `{"sky":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    expect(designFromFragment(linkOf('request', deep))).toBeUndefined();
  });

  it('files of requests are requests or a coded error', () =>
    fuzz({
      what: 'files of requests',
      inputs: fc.oneof(
        damaged(EXAMPLES, REQUEST_WORDS),
        soupOf(REQUEST_WORDS, [': ', '\n', '\n  ', ' ', ', ', '']),
        fc
          .tuple(fc.constantFrom('[', '{a: ', '- ', '? ', '---\n'), fc.nat(2000))
          .map(([word, times]) => word.repeat(times)),
      ),
      parse: async (input) => {
        const documents = await documentsFromText(textOf(input));
        for (const document of documents.slice(0, 3)) checkDocument(document);
        const visits = visitsOfDocuments(documents.slice(0, 3), 'fuzz.yaml');
        if (visits !== null) requestsOf(documents[0]!, visits);
      },
    }));
});
