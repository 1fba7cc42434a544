// wechat-api, with its endpoint changed. It sets the property, because setEndpoint requires https.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import API from 'wechat-api';

import { APPID, BASE, FILE, MENU, OPENID, SECRET, TEMPLATE, TEMPLATE_DATA, replaceTokens } from './steps.mjs';

function client(secret) {
  const api = new API(APPID, secret);
  api.endpoint = BASE;
  api.mpPrefix = `${BASE}/cgi-bin/`;
  api.fileServerPrefix = `${BASE}/cgi-bin/`;
  return (name, ...values) => promisify(api[name]).call(api, ...values);
}

const api = client(SECRET);
await api('createMenu', MENU);
assert.equal((await api('getMenu')).menu.button[0].name, '帮助');
assert.equal((await api('sendTemplate', OPENID, TEMPLATE, 'https://example.com/', TEMPLATE_DATA)).errcode, 0);
assert.equal((await api('getUser', OPENID)).subscribe, 1);
const { media_id } = await api('uploadMedia', FILE, 'image');
assert.ok(Buffer.compare(await api('getMedia', media_id), await readFile(FILE)) === 0);
assert.ok((await api('getTicket')).ticket);

await replaceTokens();
assert.equal((await api('getUser', OPENID)).subscribe, 1);
await assert.rejects(client('wrong')('getUser', OPENID), (error) => error.code === 40125);
