/** What the portal needs of the service besides runs and data: links that log in, one's own settings, feedback, the service's state. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkedClient, testServer, type TestServer, type TestUser } from '../testing/test-server.js';

let test: TestServer;
let alice: TestUser;
beforeAll(async () => {
  test = await testServer();
  alice = await test.user('alice');
});
afterAll(() => test.close());

describe('a link that logs a browser in', () => {
  it('works once, for the user who made it, with no more than the scopes of the token that asked', async () => {
    const narrow = await alice.client.call('createToken', {
      body: { name: 'narrow', scopes: ['account', 'runs:read'] },
    });
    const link = await checkedClient(test.url, narrow.text).call('createSignInLink', {});
    expect(link.url).toBe(`${test.url}/sign-in#${link.secret}`);
    expect(Date.parse(link.expiresAtUtc) - Date.now()).toBeLessThanOrEqual(3_600_000);
    const anyone = checkedClient(test.url);
    const answer = await anyone.open('signInByLink', { body: { secret: link.secret } });
    expect(answer.headers.get('set-cookie')).toMatch(/imsim_od_session=.*HttpOnly.*SameSite=Lax/i);
    const session = (await answer.json()) as { text: string; scopes: string[]; kind: string };
    expect([...session.scopes].sort()).toEqual(['account', 'runs:read']);
    expect(session.kind).toBe('session');
    expect(await checkedClient(test.url, session.text).call('me', {})).toMatchObject({ name: 'alice' });
    await expect(anyone.call('signInByLink', { body: { secret: link.secret } })).rejects.toMatchObject({
      code: 'IDENTITY_LINK_REFUSED',
    });
  });

  it('is no use to a wrong secret, nor after its user was disabled', async () => {
    const anyone = checkedClient(test.url);
    await expect(anyone.call('signInByLink', { body: { secret: 'iod_nonsense' } })).rejects.toMatchObject({
      status: 403,
    });
    const carol = await test.user('carol');
    const link = await carol.client.call('createSignInLink', {});
    await test.admin.call('changeUser', { params: { id: carol.id }, body: { disabled: true } });
    await expect(anyone.call('signInByLink', { body: { secret: link.secret } })).rejects.toMatchObject({
      status: 403,
    });
  });
});

describe('one’s own settings', () => {
  it('are changed by oneself and seen by no other user', async () => {
    const me = await alice.client.call('changeMe', {
      body: { email: 'alice@example.org', notifyByEmail: false },
    });
    expect(me).toMatchObject({ name: 'alice', email: 'alice@example.org', notifyByEmail: false });
    expect(await alice.client.call('me', {})).toEqual(me);
    await expect(
      alice.client.call('changeMe', { body: { email: 'alice@example.org\r\nBcc: all@example.org' } }),
    ).rejects.toMatchObject({ code: 'IDENTITY_INVALID' });
    expect(await alice.client.call('changeMe', { body: { email: null } })).toMatchObject({ email: null });
  });
});

describe('feedback', () => {
  it('comes to administrators with the run it is about, and is marked as done', async () => {
    const runId = '01994f3a-77aa-7bbb-8ccc-0123456789ab';
    const sent = await alice.client.call('sendFeedback', {
      body: { text: 'It is dark here.\n<script>alert(1)</script>', page: '/runs', runId },
    });
    expect(sent).toMatchObject({ userName: 'alice', runId, doneAtUtc: null });
    await expect(alice.client.call('listFeedback', {})).rejects.toMatchObject({ code: 'AUTH_SCOPE' });
    const { items } = await test.admin.call('listFeedback', { query: { open: true } });
    expect(items).toEqual([sent]);
    const done = await test.admin.call('markFeedback', { params: { id: sent.id }, body: { done: true } });
    expect(done.doneAtUtc).not.toBeNull();
    expect((await test.admin.call('listFeedback', { query: { open: true } })).items).toEqual([]);
    expect((await test.admin.call('listFeedback', { query: { open: false } })).items).toHaveLength(1);
    await expect(
      test.admin.call('markFeedback', { params: { id: runId }, body: { done: true } }),
    ).rejects.toMatchObject({ code: 'IDENTITY_NOT_FOUND' });
  });

  it('holds no control characters', async () => {
    await expect(alice.client.call('sendFeedback', { body: { text: 'a\u0000b' } })).rejects.toMatchObject({
      status: 422,
    });
    await expect(alice.client.call('sendFeedback', { body: { text: '  \n ' } })).rejects.toMatchObject({
      status: 422,
    });
  });
});

describe('the state of the service', () => {
  it('is for administrators, with room on disk and nothing queued', async () => {
    const status = await test.admin.call('serviceStatus', {});
    expect(status.storeFreeBytes).toBeGreaterThan(0);
    expect(status.storeFreeBytes).toBeLessThanOrEqual(status.storeTotalBytes);
    expect(status).toMatchObject({ sendsMail: false, callsWebhook: false, queues: [] });
    await expect(alice.client.call('serviceStatus', {})).rejects.toMatchObject({ code: 'AUTH_SCOPE' });
  });
});
