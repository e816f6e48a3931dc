/**
 * Reading an instance catalog (the text format of PhoSim and imSim): header lines, then `object` lines, and `includeobj`
 * followed recursively inside the catalog's folder. Streams: memory holds the kept rows only.
 *
 * Ways of the format that are kept: a field `inf` and magnorm >= 50 leave an object out; Sersic indices go to the nearest
 * 0.05; models that are not drawn are refused by name, not turned into points.
 */
import { type Band, type SkyPosition, wrapDeg360 } from '@imsim-od/astro';
import { type ByteSource, joinInside } from '../byte-source.js';
import { isFarReaching } from '../catalog-index/far-object.js';
import type { CatalogIndex, IndexRecord } from '../catalog-index/index-reader.js';
import type { IndexedLine } from '../catalog-index/index-writer.js';
import type { ByteCount } from '../gzip-stream.js';
import { selectRows, type SkyStamp, type SourceTable, SourceTableBuilder } from '../source-table.js';
import {
  CatalogFormatError,
  CatalogIncludeError,
  CatalogIncludeLoopError,
  CatalogObjectError,
  CatalogTooLongError,
  UnsupportedModelError,
} from './errors.js';
import { HeaderReader, type InstanceCatalogHeader, shown } from './header.js';
import {
  DEC_TOKEN,
  emptyObject,
  IDENTIFIER_TOKEN,
  KNOWN_UNSUPPORTED_MODELS,
  MAGNORM_TOKEN,
  type ObjectContext,
  RA_TOKEN,
  readObject,
  SED_TOKEN,
  SUPPORTED_MODELS,
} from './object-line.js';
import { SedCount } from '../sed/sed-count.js';
import type { SedDigest, SedLibrary } from '../sed/sed-library.js';
import { SedPhotometry } from '../sed/sed-photometry.js';
import { isLargeStamp } from '../stamp-limits.js';
import { SKIP_REASONS, SkipCounter, type SkippedObjects, type SkipReason } from './skipped.js';
import { negativePixelNotes, readStamp } from './stamp.js';
import type { RegionCircle } from '../tables/sky-region.js';
import { LineWords } from './line-words.js';
import { type LineCount, readLineBlocks } from './line-blocks.js';

/** Most files one catalog may take in, each inclusion counted. */
const MAX_FILES = 4096;

/** A file that was read. */
export interface CatalogFile {
  /** As messages name it. */
  readonly name: string;
  /** Where it stands, relative to the folder of the catalog itself. */
  readonly path: string;
  /** Its size on disk (packed, where it is gzip). */
  readonly bytes: number;
  /** SHA-256, lower-case hexadecimal, where the source computes it. */
  readonly sha256: string | undefined;
}

/** How far reading has come. */
export interface CatalogProgress {
  /** Bytes read of all files so far. */
  readonly bytes: number;
  /** Object lines seen so far. */
  readonly objects: number;
}

/** Options of reading; all have defaults. */
export interface InstanceCatalogOptions {
  /** Value of the `catalog` column: index of this entry in the request's sky list. Default 0. */
  readonly catalog?: number;
  /** Band of the magnitudes; default the header's filter. Needed where objects stand above the header's filter line. */
  readonly band?: Band;
  /** Boresight that objects must not lie behind; default the header's, as far as it stands above the objects. */
  readonly boresight?: SkyPosition;
  /** Keeps only objects whose ICRS position (RA in [0, 360)) passes. Default: all. */
  readonly keep?: (raDeg: number, decDeg: number) => boolean;
  /** Where the spectra of objects are looked for; without one, and where it has no file, the colour of the family stands in. */
  readonly sedLibrary?: SedLibrary | undefined;
  /** Dust inside the sources dims them. Default true; imSim passes over it. */
  readonly internalDust?: boolean;
  /** The curve of Galactic dust: F19 whatever the catalog names, as imSim does (the default), or the one that is named. */
  readonly galacticDust?: 'F19' | 'named';
  /** The first faulty object stops reading with `CatalogObjectError`. Default false: it is skipped and counted. */
  readonly strict?: boolean;
  /** Checks every object and keeps none, so that a catalog of any size needs little memory. Default false. */
  readonly checkOnly?: boolean;
  /** Reading stops with `CatalogTooLongError` at more object lines than this. Default: no limit. */
  readonly mostObjects?: number;
  /** Takes the line of every object that is not faulty, whatever the band and the boresight, for an index. */
  readonly onLine?: (line: IndexedLine) => void;
  /** Called after each batch of lines. */
  readonly onProgress?: (progress: CatalogProgress) => void;
}

/** A faulty object: where it stands and what is wrong. */
export interface ObjectFault {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
}

/** What a catalog holds. */
export interface InstanceCatalog {
  readonly header: InstanceCatalogHeader;
  readonly sources: SourceTable;
  /** Object lines seen, skipped ones and those outside the footprint included. */
  readonly objectLines: number;
  /** Objects outside the footprint. */
  readonly outside: number;
  readonly skipped: Readonly<Partial<Record<SkipReason, SkippedObjects>>>;
  /** The first faulty object. */
  readonly firstFault: ObjectFault | undefined;
  /** Warnings and remarks, one sentence each. */
  readonly notes: readonly string[];
  readonly files: readonly CatalogFile[];
  /** The SED names of all object lines, drawn or not, where a library or an index needs them. */
  readonly sedNames: readonly string[];
  /** Of each of these names, how many objects can be drawn. */
  readonly sedObjects: readonly number[];
  /** The library's files behind all SED names of the catalog, drawn or not; undefined without a library or any such file. */
  readonly seds: SedDigest | undefined;
}

/**
 * Reads a catalog and all it includes.
 *
 * Throws `CatalogHeaderMissingError`, `CatalogHeaderValueError`, `CatalogFormatError`, `CatalogCompressionError`,
 * `CatalogIncludeError`, `CatalogIncludeLoopError`, `UnsupportedModelError`, with `strict` `CatalogObjectError`, and what
 * the source throws for the top file itself.
 */
export async function readInstanceCatalog(
  source: ByteSource,
  options: InstanceCatalogOptions = {},
): Promise<InstanceCatalog> {
  return new CatalogReader(source, options).read();
}

/** What an index gives of a region. */
export interface RegionObjects {
  /** In the order of the catalog. */
  readonly sources: SourceTable;
  /** Objects that cannot be drawn in this band or for this boresight. */
  readonly skipped: InstanceCatalog['skipped'];
}

/**
 * Reads the objects of a region from a catalog's index: the same rows, in the same order, as reading the catalog with
 * `keep`, besides objects that reach far. @param top the catalog, beside which images are found
 *
 * Throws `CatalogIndexError`, with `strict` `CatalogObjectError`, and what the sources throw.
 */
export async function readIndexedObjects(
  index: CatalogIndex,
  top: ByteSource,
  circles: readonly RegionCircle[],
  options: InstanceCatalogOptions & { readonly band: Band },
): Promise<RegionObjects> {
  return new CatalogReader(top, options).readRegion(index, circles);
}

/** A file being read and those that include it. */
interface OpenFile {
  readonly source: ByteSource;
  /** Relative to the folder of the catalog itself. */
  readonly path: string;
  /** Index among the files. */
  readonly number: number;
  readonly chain: readonly ByteSource[];
}

/** What an object line waits for. */
type Need =
  { readonly sed: string; readonly stamp?: undefined } | { readonly stamp: string; readonly sed?: undefined };
/** How many objects of a name of an SED can be drawn. */
interface SedUse {
  readonly name: string;
  objects: number;
}

/** A file as lines of it are told. */
interface FilePlace {
  readonly name: string;
  /** Index among the catalog's files. */
  readonly number: number;
}

/** Faults in one band or for one boresight, and none in others. */
const CIRCUMSTANTIAL: readonly SkipReason[] = ['bright', 'behind', 'dark'];

/** Different SED names that are noted; more than a library is asked for. */
const MOST_SEDS = 65_536;

class CatalogReader {
  private readonly top: ByteSource;
  private readonly options: InstanceCatalogOptions;
  private readonly notes: string[] = [];
  private readonly header: HeaderReader;
  private readonly builder = new SourceTableBuilder();
  private readonly skips = new SkipCounter();
  private readonly sedCount = new SedCount();
  /** SED names of all object lines, where a library is asked. */
  private readonly sedNames = new Map<string, SedUse>();
  private lastSed: SedUse | undefined;
  private readonly notesSeds: boolean;
  private firstFault: ObjectFault | undefined;
  private internalDust = 0;
  private galacticDust = 0;
  private offsets = 0;
  private longLines = 0;
  private readonly stamps = new Map<string, { readonly index: number; readonly image: SkyStamp }>();
  private readonly files: CatalogFile[] = [];
  private readonly count: ByteCount = { bytes: 0 };
  private context: ObjectContext | undefined;
  private objectLines = 0;
  private outside = 0;

  constructor(top: ByteSource, options: InstanceCatalogOptions) {
    this.top = top;
    this.options = options;
    this.header = new HeaderReader(top.name, this.notes);
    this.notesSeds = this.library !== undefined || options.onLine !== undefined;
  }

  async read(): Promise<InstanceCatalog> {
    const { name } = this.top;
    const path = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
    await this.readFile(this.opened(this.top, path, []));
    const header = this.header.finish();
    const sources = this.builder.build();
    this.addCountNotes(sources);
    const digest = await this.library?.digest(this.sedNames.keys());
    return {
      header,
      sources,
      objectLines: this.objectLines,
      outside: this.outside,
      skipped: this.skips.summary(),
      firstFault: this.firstFault,
      notes: this.notes,
      files: this.files,
      sedNames: [...this.sedNames.keys()],
      sedObjects: [...this.sedNames.values()].map(({ objects }) => objects),
      seds: digest,
    };
  }

  private get library(): SedLibrary | undefined {
    return this.options.checkOnly === true ? undefined : this.options.sedLibrary;
  }

  async readRegion(index: CatalogIndex, circles: readonly RegionCircle[]): Promise<RegionObjects> {
    const orders: number[] = [];
    const context = (this.context = this.openContext());
    const words = new LineWords();
    const take = async (record: IndexRecord, readContext: ObjectContext): Promise<void> => {
      this.context = readContext;
      words.set(record.bytes, record.start);
      const before = this.builder.length;
      const { file: name, line } = record;
      const place = { name, number: 0 };
      let need = this.takeObject(words, place, line);
      while (need !== undefined) {
        await this.fetch(need, place, line);
        need = this.takeObject(words, place, line);
      }
      if (this.builder.length > before) orders.push(record.order);
    };
    const everywhere = { ...context, keep: undefined };
    for await (const records of index.records(circles))
      for (const record of records) await take(record, record.isFar ? everywhere : context);
    const rows = Uint32Array.from(orders.keys()).sort((a, b) => orders[a]! - orders[b]!);
    return { sources: selectRows(this.builder.build(), rows), skipped: this.skips.summary() };
  }

  private opened(source: ByteSource, path: string, chain: readonly ByteSource[]): OpenFile {
    const number = this.files.push({ name: source.name, path, bytes: 0, sha256: undefined }) - 1;
    return { source, path, number, chain };
  }

  private async readFile(file: OpenFile): Promise<void> {
    const bytesBefore = this.count.bytes;
    const place = { name: file.source.name, number: file.number };
    let includedBytes = 0;
    const words = new LineWords();
    const taken: LineCount = { lines: 0 };
    for await (const bytes of readLineBlocks(file.source, this.count, taken)) {
      for (let start = 0; start < bytes.length; start = words.end + 1) {
        const line = ++taken.lines;
        words.set(bytes, start);
        if (words.is(0, 'object')) {
          this.objectLines++;
          let need = this.takeObject(words, place, line);
          while (need !== undefined) {
            const before = this.count.bytes;
            await this.fetch(need, place, line);
            need = this.takeObject(words, place, line);
            includedBytes += this.count.bytes - before;
          }
        } else if (words.is(0, 'includeobj')) {
          const before = this.count.bytes;
          await this.include(words.all(), file, line);
          includedBytes += this.count.bytes - before;
        } else if (words.length > 0) this.takeOther(words.all(), file, line);
      }
      if (this.objectLines > (this.options.mostObjects ?? Infinity))
        throw new CatalogTooLongError(this.top.name, this.options.mostObjects ?? 0);
      this.options.onProgress?.({ bytes: this.count.bytes, objects: this.objectLines });
    }
    this.files[file.number] = {
      name: file.source.name,
      path: file.path,
      bytes: this.count.bytes - bytesBefore - includedBytes,
      sha256: file.source.sha256?.(),
    };
  }

  /** Takes a comment or a header line. */
  private takeOther(words: readonly string[], file: OpenFile, line: number): void {
    if (words[0]?.startsWith('#') === true) return;
    if (file.chain.length > 0) this.header.ignoreIncluded(words, file.source.name, line);
    else this.header.take(words, line, this.context !== undefined);
  }

  /** Takes an object line; returns what must be loaded first, where something must. */
  private takeObject(words: LineWords, file: FilePlace, line: number): Need | undefined {
    const outcome = readObject(words, (this.context ??= this.openContext()));
    let named: SedUse | undefined;
    if (this.notesSeds && this.sedNames.size <= MOST_SEDS) named = this.useOf(words.word(SED_TOKEN));
    switch (outcome.kind) {
      case 'needsSed':
        return { sed: outcome.name };
      case 'outside':
        this.outside++;
        return undefined;
      case 'skip':
        if (CIRCUMSTANTIAL.includes(outcome.reason)) this.handOn(words, file, line, true);
        this.skip(outcome.reason, file.name, line);
        return undefined;
      case 'unsupported':
        throw unsupported(outcome.model, file.name, line);
      case 'row': {
        if (outcome.stampFile !== undefined) {
          const stamp = this.stamps.get(outcome.stampFile);
          if (stamp === undefined) return { stamp: outcome.stampFile };
          if (isLargeStamp(stamp.image, outcome.row.stampPixelArcsec)) {
            this.skip('large', file.name, line);
            return undefined;
          }
          outcome.row.stamp = stamp.index;
        }
        if (outcome.hasInternalDust) this.internalDust++;
        if (outcome.hasGalacticDust) this.galacticDust++;
        if (outcome.sed !== undefined) this.sedCount.add(outcome.sed, outcome.row.redshift);
        if (named !== undefined) named.objects++;
        if (outcome.hasOffset) this.offsets++;
        if (outcome.hasMore) this.longLines++;
        if (this.options.onLine !== undefined)
          this.handOn(words, file, line, isFarReaching(outcome.row, words.values[MAGNORM_TOKEN]!));
        if (this.options.checkOnly !== true) {
          outcome.row.objectId = words.copy(IDENTIFIER_TOKEN);
          this.builder.add(outcome.row);
        }
        return undefined;
      }
    }
  }

  /** The count of an SED's name. */
  private useOf(name: string | undefined): SedUse | undefined {
    if (name === undefined || name === this.lastSed?.name)
      return name === undefined ? undefined : this.lastSed;
    let use = this.sedNames.get(name);
    if (use === undefined) this.sedNames.set(name, (use = { name, objects: 0 }));
    return (this.lastSed = use);
  }

  private async fetch(need: Need, file: FilePlace, line: number): Promise<void> {
    if (need.sed !== undefined) await this.context?.light.load(need.sed);
    else await this.loadStamp(file, line, need.stamp);
  }

  /** Loads an image, once per name, relative to the top catalog's folder. */
  private async loadStamp(file: FilePlace, line: number, name: string): Promise<void> {
    try {
      const image = await this.top.sibling(name);
      const before = this.count.bytes;
      const stamp = await readStamp(image, name, this.count);
      this.files.push({ name, path: name, bytes: this.count.bytes - before, sha256: image.sha256?.() });
      this.stamps.set(name, { index: this.builder.addStamp(stamp), image: stamp });
    } catch (cause) {
      throw cause instanceof Error ? new CatalogIncludeError(file.name, line, shown(name), cause) : cause;
    }
  }

  private async include(words: readonly string[], file: OpenFile, line: number): Promise<void> {
    const name = words[1];
    if (name === undefined || words.length > 2) {
      throw new CatalogFormatError(file.source.name, line, "'includeobj' must be followed by one file name");
    }
    if (this.files.length >= MAX_FILES) {
      throw new CatalogFormatError(
        file.source.name,
        line,
        `more than ${MAX_FILES} files are included; join them`,
      );
    }
    let source: ByteSource;
    try {
      source = await file.source.sibling(name);
    } catch (cause) {
      throw cause instanceof Error
        ? new CatalogIncludeError(file.source.name, line, shown(name), cause)
        : cause;
    }
    const chain = [...file.chain, file.source];
    if (chain.some((open) => open.identity === source.identity)) {
      throw new CatalogIncludeLoopError(file.source.name, line, [...chain.map((open) => open.name), name]);
    }
    const folder = file.path.slice(0, Math.max(0, file.path.lastIndexOf('/')));
    await this.readFile(this.opened(source, joinInside(folder, name) ?? name, chain));
  }

  /** Hands a line to whoever makes an index. */
  private handOn(words: LineWords, { number }: FilePlace, line: number, isFar: boolean): void {
    const { onLine } = this.options;
    if (onLine === undefined) return;
    const { bytes, start, end, values } = words;
    onLine({
      bytes,
      start,
      end,
      raDeg: wrapDeg360(values[RA_TOKEN]!),
      decDeg: values[DEC_TOKEN]!,
      isFar,
      order: this.objectLines - 1,
      file: number,
      line,
    });
  }

  private openContext(): ObjectContext {
    return {
      light: new SedPhotometry(this.options.band ?? this.header.bandForObjects(), this.library),
      dust: {
        internalDust: this.options.internalDust ?? true,
        galacticDust: this.options.galacticDust ?? 'F19',
      },
      catalog: this.options.catalog ?? 0,
      object: emptyObject(),
      keep: this.options.keep,
      boresight: this.options.boresight ?? this.header.boresightForObjects(),
    };
  }

  private skip(reason: SkipReason, file: string, line: number): void {
    const { text, fault } = SKIP_REASONS[reason];
    if (fault && this.options.strict === true) throw new CatalogObjectError(file, line, text);
    if (fault) this.firstFault ??= { file, line, reason: text };
    this.skips.add(reason, file, line);
  }

  private addCountNotes(sources: SourceTable): void {
    const say = (count: number, sentence: string): void => {
      if (count > 0) this.notes.push(`${this.top.name}: ${count} ${sentence}`);
    };
    if (this.objectLines === 0) this.notes.push(`${this.top.name}: the catalog has no objects.`);
    else if (sources.length === 0 && this.options.checkOnly !== true)
      this.notes.push(`${this.top.name}: no object of the catalog is to be drawn.`);
    if (this.options.checkOnly === true) say(this.internalDust, 'object(s) have internal (rest-frame) dust.');
    else if (this.options.internalDust === false)
      say(this.internalDust, 'object(s) have internal (rest-frame) dust, which is ignored as imSim does.');
    else
      say(
        this.internalDust,
        'object(s) are dimmed by their internal (rest-frame) dust, which imSim ignores.',
      );
    const f19 = 'object(s) have Galactic dust by F19, whatever law they name, as in imSim';
    if (this.options.checkOnly === true)
      say(this.galacticDust, `${f19}, unless galacticDust: named asks for theirs.`);
    else if (this.options.galacticDust !== 'named')
      say(this.galacticDust, `${f19} (galacticDust: named takes theirs).`);
    say(this.offsets, 'object(s) have a non-zero delta_ra or delta_dec, which is ignored as imSim does.');
    const images = [...this.stamps.values()].map(({ image }) => image);
    this.notes.push(...negativePixelNotes(this.top.name, images));
    say(this.longLines, 'object(s) have words after their dust blocks, which are ignored as imSim does.');
    // What is only looked through may be drawn by spectra elsewhere.
    if (this.context !== undefined && this.options.checkOnly !== true)
      this.notes.push(...this.sedCount.notes(this.top.name, this.context.light.band));
  }
}

function unsupported(model: string, file: string, line: number): UnsupportedModelError {
  const known = KNOWN_UNSUPPORTED_MODELS.includes(model.toLowerCase());
  const reason = known ? 'is known to PhoSim but not drawn here' : 'is unknown';
  return new UnsupportedModelError(file, line, shown(model), reason, SUPPORTED_MODELS);
}
