// co-wechat-api, with its prefixes changed.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import API from 'co-wechat-api';

import { APPID, BASE, FILE, MENU, OPENID, SECRET, TEMPLATE, TEMPLATE_DATA, replaceTokens, wornOut } from './steps.mjs';

function client(secret) {
  const api = new API(APPID, secret);
  api.prefix = `${BASE}/cgi-bin/`;
  api.mpPrefix = `${BASE}/cgi-bin/`;
  api.fileServerPrefix = `${BASE}/cgi-bin/`;
  api.snsPrefix = `${BASE}/sns/`;
  api.merchantPrefix = `${BASE}/merchant/`;
  api.customservicePrefix = `${BASE}/customservice/`;
  api.wxaPrefix = `${BASE}/wxa/`;
  return api;
}

const api = client(SECRET);
await api.createMenu(MENU);
assert.equal((await api.getMenu()).menu.button[0].name, '帮助');
assert.equal((await api.sendTemplate(OPENID, TEMPLATE, 'https://example.com/', null, TEMPLATE_DATA)).errcode, 0);
assert.equal((await api.getUser(OPENID)).subscribe, 1);
const { media_id } = await api.uploadMedia(FILE, 'image');
assert.ok(Buffer.compare(await api.getMedia(media_id), await readFile(FILE)) === 0);
assert.ok((await api.getTicket()).ticket);

await replaceTokens();
const before = api.store.accessToken;
assert.equal((await api.getUser(OPENID)).subscribe, 1);
assert.equal(api.store.accessToken, before);

api.store.accessToken = wornOut(before);
assert.equal((await api.getUser(OPENID)).subscribe, 1);

await assert.rejects(client('wrong').getUser(OPENID), (error) => error.code === 40125);
