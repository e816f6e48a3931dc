/** Uploads of catalogs by tus 1.0 (core, creation, termination). Who may touch which upload is decided here; the protocol is tus-node-server's. */
import { API_PREFIX } from '@imsim-od/api';
import { Server } from '@tus/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { v7 } from 'uuid';
import { ApiFault } from '../http/api-fault.js';
import { principalOfRequest } from '../http/authentication.js';
import { describeRoute, registerRoute } from '../http/register-route.js';
import type { Upload, Uploads } from '../uploads/uploads.js';

const PATH = `${API_PREFIX}/uploads`;
/** Of one chunk; a client that sends more in one request is cut off by the request's patience anyway. */
const MAX_METADATA = 4096;
/** How often what one request brings is looked over while it comes. */
const LOOK_MS = 2000;

/** Registers the addresses. */
export function registerUploads(app: FastifyInstance, uploads: Uploads): void {
  const owners = new WeakMap<object, string>();
  const tus = new Server({
    path: PATH,
    datastore: uploads.store,
    relativeLocation: true,
    respectForwardedHeaders: false,
    namingFunction: () => v7().replaceAll('-', ''),
    onUploadCreate: async (request, upload) => {
      const ownerId = owners.get(nodeRequest(request));
      if (ownerId === undefined) throw new TypeError('an upload without an owner');
      return { metadata: { ...upload.metadata, ownerId } };
    },
    onUploadFinish: async (request, upload) => {
      const ownerId = owners.get(nodeRequest(request));
      // What was refused meanwhile for its beginning may be gone.
      const whole = ownerId === undefined ? undefined : await findQuietly(uploads, ownerId, upload.id);
      if (whole !== undefined) uploads.begin(whole);
      return {};
    },
  });
  const policy = { scope: 'data:write' } as const;
  const hand = (request: FastifyRequest, reply: FastifyReply, upload?: Upload): FastifyReply => {
    owners.set(request.raw, principalOfRequest(request).userId);
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) reply.raw.setHeader(name, value);
    reply.hijack();
    const lookOver = async (): Promise<void> => {
      // Whoever sends more of what is refused is cut off, and told when asking where the upload stands.
      if (upload !== undefined && (await uploads.lookOver(upload)) && !request.raw.complete)
        request.raw.destroy();
    };
    const looking = upload === undefined ? undefined : setInterval(() => void lookOver(), LOOK_MS);
    tus
      .handle(request.raw, reply.raw)
      .catch((err: unknown) => {
        request.log.error({ err }, 'an upload broke');
        reply.raw.destroy();
      })
      .finally(() => {
        clearInterval(looking);
        void lookOver();
      });
    return reply;
  };

  app.post(
    PATH,
    {
      config: { policy },
      schema: describeRoute({
        path: '/uploads',
        summary: 'Begin an upload (tus creation)',
        policy,
        media: { 201: null },
        errors: ['UPLOAD_INVALID', 'ARCHIVE_INPUT', 'ARCHIVE_QUOTA'],
      }),
    },
    async (request, reply) => {
      checkProtocol(request);
      const { filename, folder } = readMetadata(String(request.headers['upload-metadata'] ?? ''));
      const length = /^\d{1,15}$/.test(String(request.headers['upload-length']))
        ? Number(request.headers['upload-length'])
        : undefined;
      await uploads.check(principalOfRequest(request).userId, filename, folder, length);
      return hand(request, reply);
    },
  );
  for (const method of ['HEAD', 'PATCH', 'DELETE'] as const) {
    app.route<{ Params: { upload: string } }>({
      method,
      url: `${PATH}/:upload`,
      config: { policy },
      schema: describeRoute({
        path: '/uploads',
        summary: SUMMARIES[method],
        policy,
        media: { [method === 'HEAD' ? 200 : 204]: null },
        errors: ['UPLOAD_NOT_FOUND', 'UPLOAD_OFFSET', 'UPLOAD_INVALID'],
      }),
      handler: async (request, reply) => {
        const find = method === 'DELETE' ? uploads.find.bind(uploads) : uploads.findOpen.bind(uploads);
        const upload = await find(principalOfRequest(request).userId, request.params.upload);
        checkProtocol(request);
        if (method !== 'PATCH') return hand(request, reply);
        checkOffset(request, upload);
        return hand(request, reply, upload);
      },
    });
  }
  registerRoute(app, 'uploadResult', async ({ params, request }) =>
    uploads.result(principalOfRequest(request).userId, params.upload),
  );
}

const SUMMARIES = {
  HEAD: 'How much of an upload is there (tus)',
  PATCH: 'The next bytes of an upload (tus)',
  DELETE: 'Give an upload up (tus termination)',
};

/** @throws ApiFault unless the request speaks tus 1.0.0 */
function checkProtocol({ headers }: FastifyRequest): void {
  if (headers['tus-resumable'] !== '1.0.0')
    throw new ApiFault('API_INVALID', 'headers.tus-resumable: it must be 1.0.0');
}

/** @throws ApiFault unless the bytes go on where the upload stands, and fit */
function checkOffset({ headers }: FastifyRequest, { receivedBytes, bytes }: Upload): void {
  const offset = headers['upload-offset'];
  if (!/^\d{1,15}$/.test(String(offset)))
    throw new ApiFault('API_INVALID', 'headers.upload-offset: it must be a whole number of bytes');
  if (Number(offset) !== receivedBytes)
    throw new ApiFault('UPLOAD_OFFSET', `The upload stands at ${receivedBytes}, not at ${String(offset)}.`);
  if (receivedBytes + Number(headers['content-length'] ?? 0) > bytes)
    throw new ApiFault(
      'API_BODY_TOO_LARGE',
      `The upload has ${bytes} bytes, and ${receivedBytes} are there already.`,
    );
}

async function findQuietly(uploads: Uploads, ownerId: string, id: string): Promise<Upload | undefined> {
  try {
    return await uploads.find(ownerId, id);
  } catch (error) {
    if (error instanceof ApiFault && error.code === 'UPLOAD_NOT_FOUND') return undefined;
    throw error;
  }
}

/** The Node request behind tus's web request. */
function nodeRequest(request: { readonly runtime?: { readonly node?: { readonly req?: object } } }): object {
  return request.runtime?.node?.req ?? request;
}

/** The name and folder that the metadata of an upload gives. @throws ApiFault */
function readMetadata(text: string): { readonly filename: string; readonly folder: string } {
  if (text.length > MAX_METADATA)
    throw new ApiFault('API_INVALID', `upload-metadata: more than ${MAX_METADATA} characters`);
  const values = new Map(
    text.split(',').map((pair) => {
      const [key = '', value = ''] = pair.trim().split(' ');
      return [key, Buffer.from(value, 'base64').toString('utf8')];
    }),
  );
  const filename = values.get('filename');
  if (filename === undefined || filename === '')
    throw new ApiFault('API_INVALID', 'upload-metadata: it must name the file: filename BASE64');
  return { filename, folder: values.get('folder') ?? '/catalogs' };
}
