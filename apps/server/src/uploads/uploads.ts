/**
 * Catalogs that users upload, by tus: the bytes are received into files of their own, looked over by the runner while they come, read whole by
 * it when they are there, and become datasets. An upload that was cut goes on where it stands, also after a restart.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FileStore } from '@tus/file-store';
import type { UploadResult } from '@imsim-od/api';
import { checkFileName, checkFolder, checkQuota, listNeighbours, registerUpload } from '@imsim-od/archive';
import { reservedBytes, type StoredCatalog } from '@imsim-od/runs';
import { ApiFault } from '../http/api-fault.js';
import type { Services } from '../services.js';
import { openUploadBytes } from './open-uploads.js';
import { readEnd, writeEnd, type UploadEnd } from './upload-result.js';

/** An upload that was begun. */
export interface Upload {
  /** A UUID, version 7, without hyphens: the later dataset's. */
  readonly id: string;
  readonly ownerId: string;
  readonly name: string;
  readonly folder: string;
  readonly bytes: number;
  readonly receivedBytes: number;
}

/** How long an upload that nobody goes on with is kept, and what became of a finished one. */
const KEPT_MS = 7 * 86_400_000;
const RESULT = '.result';
/** What tus keeps beside the bytes of an upload. */
const RECORD = '.json';
const ID = /^[0-9a-f]{32}$/;
/** What has come is looked over when it is so much, and again each time it has grown by the factor: in all it is read little more than once. */
const FIRST_LOOK_BYTES = 1 << 20;
const LOOK_FACTOR = 4;
/** A check that failed by no fault of the catalog is tried again, so often. */
const ATTEMPTS = 3;

/** The uploads. */
export class Uploads {
  readonly store: FileStore;
  readonly #services: Services;
  readonly #folder: string;
  readonly #checks = new Map<string, Promise<void>>();
  readonly #looks = new Map<string, Promise<boolean>>();
  /** Bytes of an upload at which it is looked over next. */
  readonly #nextLook = new Map<string, number>();
  #isClosing = false;

  private constructor(services: Services, folder: string) {
    this.#services = services;
    this.#folder = folder;
    this.store = new FileStore({ directory: folder, expirationPeriodInMilliseconds: KEPT_MS });
  }

  static async open(services: Services): Promise<Uploads> {
    const folder = join(services.settings.home, 'uploads');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return new Uploads(services, folder);
  }

  /** Whether so large a file may be uploaded under the name. @throws ApiFault, ArchiveInputError, QuotaError */
  async check(ownerId: string, name: string, folder: string, bytes: number | undefined): Promise<void> {
    const { archive, runs, settings } = this.#services;
    checkFileName('filename', name);
    checkFolder('folder', folder);
    if (bytes === undefined)
      throw new ApiFault('API_INVALID', 'upload-length: the size must be known when an upload begins');
    if (bytes === 0) throw new ApiFault('UPLOAD_INVALID', `${name} is empty.`);
    if (bytes > settings.maxUploadBytes)
      throw new ApiFault(
        'API_BODY_TOO_LARGE',
        `${name} has ${bytes} bytes; an upload may have ${settings.maxUploadBytes}.`,
      );
    const reserved = (await openUploadBytes(this.#folder, ownerId)) + (await reservedBytes(runs.db, ownerId));
    await checkQuota(archive, ownerId, bytes, reserved);
  }

  /** An upload of a user. @throws ApiFault UPLOAD_NOT_FOUND, also for another's */
  async find(ownerId: string, id: string): Promise<Upload> {
    const upload = ID.test(id) ? await this.#stored(id).catch(() => undefined) : undefined;
    if (upload?.ownerId !== ownerId) throw new ApiFault('UPLOAD_NOT_FOUND', `There is no upload ${id}.`);
    return upload;
  }

  /** An upload of a user that may go on. @throws ApiFault UPLOAD_NOT_FOUND, or what was found in the bytes so far: then they are gone */
  async findOpen(ownerId: string, id: string): Promise<Upload> {
    const upload = await this.find(ownerId, id);
    const end = await this.#readEnd(id);
    if (end?.kind !== 'refused') return upload;
    await this.#remove(id);
    throw new ApiFault(end.code as 'UPLOAD_INVALID', end.detail);
  }

  /**
   * Looks over what has come of an upload, where that is enough more than at the last look. Its bytes stay, since more of them may be on the
   * way; they go with the next request for it.
   * @returns whether it was refused
   */
  lookOver({ id, ownerId, bytes }: Upload): Promise<boolean> {
    if (this.#isClosing) return Promise.resolve(false);
    const look =
      this.#looks.get(id) ??
      this.#lookOver(ownerId, id, bytes)
        .catch((err: unknown) => {
          this.#services.log.warn({ err, upload: id }, 'an upload could not be looked over');
          return false;
        })
        .finally(() => this.#looks.delete(id));
    this.#looks.set(id, look);
    return look;
  }

  /** What became of an upload of a user. @throws ApiFault, or what the check found */
  async result(ownerId: string, id: string): Promise<UploadResult> {
    const ended = await this.#ended(ownerId, id);
    if (ended !== undefined) return ended;
    let upload: Upload;
    try {
      upload = await this.find(ownerId, id);
    } catch (error) {
      // The check may have ended since: its end is there before the bytes go.
      const endedSince = await this.#ended(ownerId, id);
      if (endedSince !== undefined) return endedSince;
      throw error;
    }
    const pending = { datasetId: null, kind: null, objects: null, skipped: {}, notes: [] };
    if (upload.receivedBytes < upload.bytes) return { state: 'receiving', ...pending };
    this.begin(upload);
    return { state: 'checking', ...pending };
  }

  /** Begins to check an upload that was received whole; does nothing where that is under way. */
  begin(upload: Upload): void {
    if (this.#isClosing || this.#checks.has(upload.id)) return;
    const check = this.#check(upload)
      .catch((err: unknown) =>
        this.#services.log.error({ err, upload: upload.id }, 'an upload could not be checked'),
      )
      .finally(() => this.#checks.delete(upload.id));
    this.#checks.set(upload.id, check);
  }

  /** Goes on with what was received whole before the server was stopped, and removes what nobody goes on with. */
  async sweep(): Promise<void> {
    for (const name of await readdir(this.#folder)) {
      try {
        await (name.endsWith(RECORD)
          ? this.#sweepUpload(name.slice(0, -RECORD.length))
          : this.#sweepFile(name));
      } catch (err) {
        this.#services.log.warn({ err, name }, 'a file among the uploads could not be swept');
      }
    }
  }

  /** Stops the checks that are under way; they are begun again after the next start. Nothing else may ask the runner from here on. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#services.runner.close();
    await Promise.all([...this.#checks.values(), ...this.#looks.values()]);
  }

  async #sweepUpload(id: string): Promise<void> {
    const record = join(this.#folder, `${id}${RECORD}`);
    if (!existsSync(join(this.#folder, id))) return rm(record, { force: true });
    const isOld = async (): Promise<boolean> => Date.now() - (await stat(record)).mtimeMs > KEPT_MS;
    try {
      const upload = await this.#stored(id);
      if ((await this.#readEnd(id)) !== undefined) await this.#remove(id);
      else if (upload.receivedBytes === upload.bytes) this.begin(upload);
      else if (await isOld()) await this.store.remove(id);
    } catch (error) {
      // tus throws no Error where the record tells nothing: it was half written when the machine stopped, and nobody can go on with that.
      if (error instanceof Error) throw error;
      if (await isOld()) for (const path of [join(this.#folder, id), record]) await rm(path, { force: true });
    }
  }

  /** Ends of uploads, and what was left half-done. */
  async #sweepFile(name: string): Promise<void> {
    const path = join(this.#folder, name);
    if (existsSync(`${path}${RECORD}`)) return;
    if (Date.now() - (await stat(path)).mtimeMs > KEPT_MS) await rm(path, { force: true });
  }

  async #lookOver(ownerId: string, id: string, bytes: number): Promise<boolean> {
    const upload = await this.find(ownerId, id).catch(() => undefined);
    const next = this.#nextLook.get(id) ?? Math.min(FIRST_LOOK_BYTES, bytes / 2);
    // What has come whole is checked as a whole.
    if (upload === undefined || upload.receivedBytes < next || upload.receivedBytes === bytes) return false;
    this.#nextLook.set(id, LOOK_FACTOR * upload.receivedBytes);
    try {
      await this.#services.runner.checkBeginning(await this.#withNeighbours(upload));
      return false;
    } catch (error) {
      if (this.#isClosing) return false;
      if (!(error instanceof ApiFault) || error.code !== 'UPLOAD_INVALID') throw error;
      const { code, message } = error;
      await writeEnd(this.#endPath(id), { kind: 'refused', ownerId, code, detail: message });
      return true;
    }
  }

  async #check(upload: Upload): Promise<void> {
    const { id, ownerId } = upload;
    for (let attempt = 1; ; attempt++) {
      // Another server of this home may have been first, or we ourselves before we were killed.
      if ((await this.#readEnd(id)) !== undefined) return this.#remove(id);
      try {
        return await this.#end(id, { kind: 'ready', ownerId, result: await this.#admit(upload) });
      } catch (error) {
        if (this.#isClosing) return;
        const code = error instanceof Error && 'code' in error ? String(error.code) : '';
        const isTheirs = code === 'UPLOAD_INVALID' || code === 'ARCHIVE_QUOTA' || code === 'ARCHIVE_INPUT';
        if (isTheirs)
          return await this.#end(id, { kind: 'refused', ownerId, code, detail: messageOf(error) });
        if (attempt >= ATTEMPTS) throw error;
      }
    }
  }

  async #admit(upload: Upload): Promise<UploadResult> {
    const { archive, runner } = this.#services;
    const { ownerId, name, folder } = upload;
    const path = join(this.#folder, upload.id);
    const digest = await runner.digest(path);
    const { sha256, bytes } = digest;
    await checkQuota(archive, ownerId, bytes);
    try {
      const catalog = await this.#withNeighbours(upload, sha256);
      const { kind, objects, skipped, notes } = await runner.readCatalog(catalog);
      const datasetType = kind === 'survey' ? 'survey' : 'catalog';
      const id = toUuid(upload.id);
      await registerUpload(archive, {
        id,
        ownerId,
        folder,
        name,
        path,
        ...digest,
        datasetType,
        expiresAtUtc: null,
      });
      return { state: 'ready', datasetId: id, kind, objects, skipped: { ...skipped }, notes: [...notes] };
    } catch (error) {
      // The index of a large catalog stays where the same content is there from before.
      if (!(await archive.store.has(sha256, bytes))) await archive.store.removeIndexes(sha256);
      throw error;
    }
  }

  /**
   * A catalog with what it may include: files that its owner uploaded to its folder, and to those below. @param digest its
   * SHA-256 once that is known: then an index may be made
   */
  async #withNeighbours({ id, ownerId, name, folder }: Upload, digest?: string): Promise<StoredCatalog> {
    const { archive } = this.#services;
    const viewer = { userId: ownerId, groupIds: [], isAdmin: false };
    const neighbours = await listNeighbours(archive, viewer, { id: toUuid(id), ownerId, folder, name });
    const own = { name, path: join(this.#folder, id) };
    const files: StoredCatalog['files'][number][] = [digest === undefined ? own : { ...own, sha256: digest }];
    for (const { relativeName, sha256, state } of neighbours)
      if (relativeName !== name && state === 'present')
        files.push({ name: relativeName, path: archive.store.pathOf(sha256), sha256 });
    return {
      name,
      files,
      ...(digest === undefined ? {} : { indexFolder: archive.store.indexFolderOf(digest) }),
    };
  }

  /** @throws what the store and the file system throw */
  async #stored(id: string): Promise<Upload> {
    const { metadata, size, offset } = await this.store.getUpload(id);
    return {
      id,
      ownerId: metadata?.['ownerId'] ?? '',
      name: metadata?.['filename'] ?? '',
      folder: metadata?.['folder'] ?? '/',
      bytes: size ?? 0,
      receivedBytes: offset,
    };
  }

  async #end(id: string, end: UploadEnd): Promise<void> {
    await writeEnd(this.#endPath(id), end);
    await this.#remove(id);
  }

  async #remove(id: string): Promise<void> {
    this.#nextLook.delete(id);
    await this.store.remove(id).catch(() => undefined);
  }

  /** The end of an upload of a user; undefined before there is one. @throws ApiFault where it was refused */
  async #ended(ownerId: string, id: string): Promise<UploadResult | undefined> {
    const end = await this.#readEnd(id);
    if (end?.ownerId !== ownerId) return undefined;
    if (end.kind === 'ready') return end.result;
    throw new ApiFault(end.code as 'UPLOAD_INVALID', end.detail);
  }

  #endPath(id: string): string {
    return join(this.#folder, `${id}${RESULT}`);
  }

  #readEnd(id: string): Promise<UploadEnd | undefined> {
    return ID.test(id) ? readEnd(this.#endPath(id)) : Promise.resolve(undefined);
  }
}

/** The later dataset's id. */
function toUuid(id: string): string {
  return id.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
