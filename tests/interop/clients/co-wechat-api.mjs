// co-wechat-api, with WeChat's hosts replaced in `request`.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import API from 'co-wechat-api';

import { APPID, BASE, FILE, MENU, OPENID, SECRET, TEMPLATE, TEMPLATE_DATA, replaceTokens, wornOut } from './steps.mjs';

class Gateway extends API {
  request(url, ...rest) {
    return super.request(url.replace(/^https?:\/\/[a-z.]*weixin\.qq\.com/, BASE), ...rest);
  }
}

const api = new Gateway(APPID, SECRET);
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

// The client has another host for these calls. The key lacks the scope, so the error must come from the gateway.
await assert.rejects(api.getUserSummary('2026-11-21', '2026-11-22'), /mp-worker/);

await assert.rejects(new Gateway(APPID, 'wrong').getUser(OPENID), (error) => error.code === 40125);
