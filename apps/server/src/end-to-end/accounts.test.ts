import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkedClient, testServer, type TestServer } from '../testing/test-server.js';

let test: TestServer;

beforeAll(async () => {
  test = await testServer();
});
afterAll(() => test.close());

describe('a token of an administrator', () => {
  it('without the scope for it lists no groups but their own', async () => {
    const { id } = await test.user('alice');
    const group = await test.admin.call('createGroup', { body: { name: 'lensing' } });
    await test.admin.call('setMembers', { params: { id: group.id }, body: { userIds: [id] } });
    const { text } = await test.admin.call('createToken', {
      body: { name: 'script', scopes: ['account'] },
    });
    const script = checkedClient(test.url, text);
    expect((await script.call('listGroups', {})).items).toEqual([]);
    expect((await test.admin.call('listGroups', {})).items).toMatchObject([{ name: 'lensing' }]);
  });

  it('is in the audit once', async () => {
    const { id } = await test.admin.call('createToken', { body: { name: 'one', scopes: ['data:read'] } });
    const { items } = await test.admin.call('listAudit', {});
    expect(items.filter(({ subject }) => subject === `token:${id}`)).toMatchObject([
      { action: 'token.created' },
    ]);
  });
});
