/**
 * Catalogs that users upload, by tus: the bytes are received into files of their own, read whole by the runner, and become datasets. An
 * upload that was cut goes on where it stands, also after a restart.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FileStore } from '@tus/file-store';
import type { UploadResult } from '@imsim-od/api';
import { checkFileName, checkFolder, checkQuota, registerUpload, searchDatasets } from '@imsim-od/archive';
import { reservedBytes } from '@imsim-od/runs';
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
/** A check that failed by no fault of the catalog is tried again, so often. */
const ATTEMPTS = 3;

/** The uploads. */
export class Uploads {
  readonly store: FileStore;
  readonly #services: Services;
  readonly #folder: string;
  readonly #checks = new Map<string, Promise<void>>();

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
    const gone = new ApiFault('UPLOAD_NOT_FOUND', `There is no upload ${id}.`);
    if (!/^[0-9a-f]{32}$/.test(id) || !existsSync(join(this.#folder, id))) throw gone;
    const upload = await this.store.getUpload(id).catch(() => undefined);
    if (upload?.metadata?.['ownerId'] !== ownerId) throw gone;
    const { filename, folder } = upload.metadata;
    return {
      id,
      ownerId,
      name: filename ?? '',
      folder: folder ?? '/',
      bytes: upload.size ?? 0,
      receivedBytes: upload.offset,
    };
  }

  /** What became of an upload of a user. @throws ApiFault, or what the check found */
  async result(ownerId: string, id: string): Promise<UploadResult> {
    const end = await this.#readEnd(id);
    if (end?.ownerId === ownerId) {
      if (end.kind === 'ready') return end.result;
      throw new ApiFault(end.code as 'UPLOAD_INVALID', end.detail);
    }
    const upload = await this.find(ownerId, id);
    const pending = { datasetId: null, objects: null, skipped: {}, notes: [] };
    if (upload.receivedBytes < upload.bytes) return { state: 'receiving', ...pending };
    this.begin(upload);
    return { state: 'checking', ...pending };
  }

  /** Begins to check an upload that was received whole; does nothing where that is under way. */
  begin(upload: Upload): void {
    if (this.#checks.has(upload.id)) return;
    const check = this.#check(upload)
      .catch((err: unknown) =>
        this.#services.log.error({ err, upload: upload.id }, 'an upload could not be checked'),
      )
      .finally(() => this.#checks.delete(upload.id));
    this.#checks.set(upload.id, check);
  }

  /** Removes what nobody goes on with. */
  async sweep(): Promise<void> {
    await this.store.deleteExpired();
    for (const name of await readdir(this.#folder)) {
      if (!name.endsWith(RESULT)) continue;
      const path = join(this.#folder, name);
      if (Date.now() - (await stat(path)).mtimeMs > KEPT_MS) await rm(path, { force: true });
    }
  }

  /** Waits for checks that are under way. */
  async close(): Promise<void> {
    await Promise.all(this.#checks.values());
  }

  async #check(upload: Upload): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#end(upload.id, {
          kind: 'ready',
          ownerId: upload.ownerId,
          result: await this.#admit(upload),
        });
        return;
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? String(error.code) : '';
        const isTheirs = code === 'UPLOAD_INVALID' || code === 'ARCHIVE_QUOTA' || code === 'ARCHIVE_INPUT';
        if (!isTheirs && attempt < ATTEMPTS) continue;
        if (!isTheirs) throw error;
        await this.#end(upload.id, {
          kind: 'refused',
          ownerId: upload.ownerId,
          code,
          detail: (error as Error).message,
        });
        return;
      }
    }
  }

  async #admit({ id, ownerId, name, folder }: Upload): Promise<UploadResult> {
    const { archive, runner } = this.#services;
    const path = join(this.#folder, id);
    const digest = await runner.digest(path);
    await checkQuota(archive, ownerId, digest.bytes);
    const summary = await this.#read(ownerId, name, folder, path);
    const datasetId = id.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    await registerUpload(archive, {
      id: datasetId,
      ownerId,
      folder,
      name,
      path,
      ...digest,
      expiresAtUtc: null,
    });
    return { state: 'ready', datasetId, ...summary };
  }

  /** Reads a catalog with what it includes. */
  async #read(
    ownerId: string,
    name: string,
    folder: string,
    path: string,
  ): Promise<Pick<UploadResult, 'objects' | 'skipped' | 'notes'>> {
    const { archive, runner } = this.#services;
    const viewer = { userId: ownerId, groupIds: [], isAdmin: false };
    const beside = await searchDatasets(
      archive,
      viewer,
      { folder, type: ['catalog'], from: 'mine' },
      { limit: 1000 },
    );
    const files = [{ name, path }];
    for (const { name: other, sha256 } of beside)
      if (files.every((file) => file.name !== other))
        files.push({ name: other, path: archive.store.pathOf(sha256) });
    const { objects, skipped, notes } = await runner.readCatalog({ name, files });
    return { objects, skipped: { ...skipped }, notes: [...notes] };
  }

  async #end(id: string, end: UploadEnd): Promise<void> {
    await writeEnd(join(this.#folder, `${id}${RESULT}`), end);
    await this.store.remove(id).catch(() => undefined);
  }

  #readEnd(id: string): Promise<UploadEnd | undefined> {
    if (!/^[0-9a-f]{32}$/.test(id)) return Promise.resolve(undefined);
    return readEnd(join(this.#folder, `${id}${RESULT}`));
  }
}
