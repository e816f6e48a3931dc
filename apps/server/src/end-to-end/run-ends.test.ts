/** The end of a run is told: by mail through a real SMTP server, and to a webhook. */
import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { smallRequest, testServer, type TestServer, untilEnded } from '../testing/test-server.js';

const SECRET = 'a secret of the two';
interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
}
interface Call {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let smtp: SMTPServer;
let hook: Server;
let test: TestServer;
const mails: Mail[] = [];
const calls: Call[] = [];
let refusals = 1;

beforeAll(async () => {
  smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: (_address, _session, done) => {
      // The first try fails as a mail server may: it is tried again.
      if (refusals-- > 0) done(Object.assign(new Error('not now'), { responseCode: 451 }));
      else done();
    },
    onData: (stream, session, done) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          text: Buffer.concat(parts).toString('utf8'),
        });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  hook = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      calls.push({ headers: request.headers, body: Buffer.concat(parts).toString('utf8') });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  const port = (server: { address(): unknown }): number => (server.address() as AddressInfo).port;
  test = await testServer({
    smtpUrl: `smtp://127.0.0.1:${port(smtp.server)}`,
    mailFrom: 'imsim@example.org',
    webhookUrl: `http://127.0.0.1:${port(hook)}/ends`,
    webhookSecret: SECRET,
    publicUrl: 'http://imsim.example.org/',
  });
});
afterAll(async () => {
  await test.close();
  await new Promise<void>((resolve) => smtp.close(() => resolve()));
  await new Promise((resolve) => hook.close(resolve));
});

const until = async (isSo: () => boolean): Promise<void> => {
  for (let tries = 0; !isSo() && tries < 600; tries++)
    await new Promise((resolve) => setTimeout(resolve, 50));
};

it('tells the owner, who wants it, and the webhook, each once', async () => {
  const alice = await test.user('alice');
  const bob = await test.user('bob');
  await alice.client.call('changeMe', { body: { email: 'alice@example.org' } });
  await bob.client.call('changeMe', { body: { email: 'bob@example.org', notifyByEmail: false } });
  const named = await alice.client.call('submitRun', {
    body: { name: 'deep "field" ☆', requests: [smallRequest()] },
  });
  const quiet = await bob.client.call('submitRun', { body: { name: 'quiet', requests: [smallRequest()] } });
  await untilEnded(alice.client, named.id);
  await untilEnded(bob.client, quiet.id);
  await until(() => mails.length >= 1 && calls.length >= 2);
  // Long enough for a second look at the runs, which must tell nothing more.
  await new Promise((resolve) => setTimeout(resolve, 4500));
  expect(mails).toHaveLength(1);
  expect(mails[0]).toMatchObject({ from: 'imsim@example.org', to: ['alice@example.org'] });
  expect(mails[0]?.text).toContain(`http://imsim.example.org/runs/${named.id}`);
  expect(mails[0]?.text).toMatch(/^Subject: =\?UTF-8\?/m);
  expect(calls).toHaveLength(2);
  const call = calls.find(({ body }) => body.includes(named.id));
  expect(JSON.parse(call?.body ?? '')).toEqual({
    event: 'run.ended',
    run: {
      id: named.id,
      name: 'deep "field" ☆',
      owner: 'alice',
      state: 'succeeded',
      tasks: 1,
      succeeded: 1,
      failed: 0,
    },
    url: `http://imsim.example.org/runs/${named.id}`,
  });
  expect(call?.headers['x-imsim-od-signature']).toBe(
    `sha256=${createHmac('sha256', SECRET)
      .update(call?.body ?? '')
      .digest('hex')}`,
  );
});
