// A client that openapi-typescript made from public/openapi.json, used as its guide shows it.

import createClient from 'openapi-fetch';

import type { components, paths } from './api.js';

declare const process: { env: Record<'BASE' | 'SECRET' | 'OPENID', string> };

type Schemas = components['schemas'];

const { BASE, SECRET, OPENID } = process.env;
const client = createClient<paths>({ baseUrl: BASE, headers: { Authorization: `Bearer ${SECRET}` } });

function done<T>(call: { data?: T; error?: unknown }): T {
  if (call.data === undefined) {
    throw new Error(JSON.stringify(call.error));
  }
  return call.data;
}

function same(actual: unknown, expected: unknown): void {
  if (actual !== expected) {
    throw new Error(`${JSON.stringify(actual)} is not ${JSON.stringify(expected)}`);
  }
}

const message: Schemas['CustomMessage'] = { touser: OPENID, msgtype: 'text', text: { content: '您好' } };
done(await client.POST('/api/message/reply', { body: message }));

const reply: Schemas['Reply'] = {
  msgtype: 'news',
  news: { articles: [{ title: 't', description: 'd', url: 'https://a.cn', picurl: 'https://a.cn/b.png' }] },
};
const rule: Schemas['Rule'] = { name: 'typescript', when: { keyword: { exact: 'typescript' } }, reply };
const { id } = done(await client.POST('/api/rule/create', { body: { rule } }));

const { rules } = done(await client.POST('/api/rule/list', {}));
const listed = rules.find((rule) => rule.id === id);
if (listed === undefined || !('reply' in listed) || listed.reply.msgtype !== 'news') {
  throw new Error(`the rule is not listed: ${JSON.stringify(rules)}`);
}
same(listed.reply.news.articles[0]?.title, 't');

const tag = done(await client.POST('/api/tag/create', { body: { name: 'typescript' } }));
same(tag.tag.name, 'typescript');

const token = done(await client.GET('/api/token/get'));
same(token.expires_in > 0, true);

const missing = await client.POST('/api/message/get', { body: { msg_id: '1' } });
same(missing.error?.error.code, 'not_found');

// Each of these is a mistake that the compiler finds.
// @ts-expect-error: a text message has a text
export const withoutText: Schemas['CustomMessage'] = { touser: OPENID, msgtype: 'text' };
// @ts-expect-error: a rule has a reply
export const withoutReply: Schemas['Rule'] = { when: { keyword: { exact: 'a' } } };
