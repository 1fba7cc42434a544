// node-easywechat, with http.baseURL changed.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { OfficialAccount } from 'node-easywechat';
import FormData from 'form-data';

import { APPID, BASE, FILE, MENU, OPENID, SECRET, TEMPLATE, TEMPLATE_DATA, replaceTokens } from './steps.mjs';

const config = { app_id: APPID, secret: SECRET, http: { baseURL: `${BASE}/` } };
for (const use_stable_access_token of [false, true]) {
  const app = new OfficialAccount({ ...config, use_stable_access_token });
  const client = app.getClient();
  const call = async (method, path, options) => (await client.request(method, path, options)).toObject();

  assert.equal((await call('post', '/cgi-bin/menu/create', { json: MENU })).errcode, 0);
  assert.equal((await call('get', '/cgi-bin/menu/get')).menu.button[0].name, '帮助');
  const message = { touser: OPENID, template_id: TEMPLATE, data: TEMPLATE_DATA };
  assert.equal((await call('post', '/cgi-bin/message/template/send', { json: message })).errcode, 0);
  assert.equal((await call('get', '/cgi-bin/user/info', { params: { openid: OPENID } })).subscribe, 1);
  const form = new FormData();
  form.append('media', await readFile(FILE), { filename: 'a.png', contentType: 'image/png' });
  const uploaded = await call('post', '/cgi-bin/media/upload', { params: { type: 'image' }, formData: form });
  const file = await client.request('get', '/cgi-bin/media/get', {
    params: { media_id: uploaded.media_id },
    responseType: 'arraybuffer',
  });
  assert.ok(Buffer.compare(Buffer.from(file.getContent()), await readFile(FILE)) === 0);
  assert.ok(await app.getTicket().getTicket());

  await replaceTokens();
  assert.equal((await call('get', '/cgi-bin/user/info', { params: { openid: OPENID } })).subscribe, 1);
}
