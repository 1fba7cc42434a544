// A worker for one account and one rule, as an expert for WeChat and the runtime would write it by hand.
//
// Measurements decided between the APIs: SHA-1 of node:crypto is faster because it is not awaited, and AES of
// crypto.subtle because it needs no stream.
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

const HEADERS = { "content-type": "application/xml; charset=utf-8", "cache-control": "no-store" };
const ELEMENT = /<(\w+)>(?:<!\[CDATA\[([\s\S]*?)\]\]>|([^<]*))<\/\1>/g;
const ENCRYPT = /<Encrypt>(?:<!\[CDATA\[)?([A-Za-z0-9+/=]+)/;
const NOTHING = new Uint8Array(0);
const MAX_AGE = 300;
const INSERT =
  "INSERT INTO message (openid, create_time, msg_id, received_at, message, reply) VALUES (?1, ?2, ?3, ?4, ?5, ?6) " +
  "ON CONFLICT DO NOTHING RETURNING 1";
const STORED = "SELECT reply FROM message WHERE openid = ?1 AND create_time = ?2 AND msg_id = ?3";

let account;

export default {
  async fetch(request, env) {
    account ??= read(env);
    const url = request.url;
    const query = new URLSearchParams(url.slice(url.indexOf("?") + 1));
    const timestamp = query.get("timestamp") ?? "";
    const nonce = query.get("nonce") ?? "";
    if (!equal(sign(timestamp, nonce), query.get("signature") ?? "")) return refused(403);
    if (request.method === "GET") return new Response(query.get("echostr"));
    if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) <= MAX_AGE)) return refused(403);

    let xml = await request.text();
    const isEncrypted = query.get("encrypt_type") === "aes";
    if (isEncrypted) {
      const encrypt = ENCRYPT.exec(xml)?.[1] ?? "";
      if (!equal(sign(timestamp, nonce, encrypt), query.get("msg_signature") ?? "")) return refused(403);
      xml = await open(encrypt);
      if (xml === null) return refused(400);
    }
    const message = parse(xml);
    const reply = message.MsgType === "text" && message.Content === account.keyword ? account.reply : null;
    if (account.stores) {
      const answered = await store(message, reply, env);
      if (answered !== undefined) return answer(message, answered, isEncrypted);
    }
    return answer(message, reply, isEncrypted);
  },
};

function read(env) {
  const key = env.WECHAT_ENCODING_AES_KEY && Buffer.from(env.WECHAT_ENCODING_AES_KEY + "=", "base64");
  return {
    token: env.WECHAT_TOKEN,
    appId: env.WECHAT_APP_ID,
    key,
    iv: key?.subarray(0, 16),
    keyword: env.KEYWORD,
    reply: env.REPLY,
    stores: env.STORES !== undefined,
  };
}

function sign(...values) {
  return createHash("sha1").update([account.token, ...values].sort().join("")).digest("hex");
}

function equal(ours, theirs) {
  return ours.length === theirs.length && timingSafeEqual(Buffer.from(ours), Buffer.from(theirs));
}

async function aesKey() {
  return (account.imported ??= await crypto.subtle.importKey("raw", account.key, "AES-CBC", false, ["encrypt", "decrypt"]));
}

// The plaintext consists of 16 random bytes, the length, the message and the AppID, padded to a multiple of 32.
async function open(encrypt) {
  const key = await aesKey();
  const { iv, appId } = account;
  const sealed = Buffer.from(encrypt, "base64");
  if (sealed.length === 0 || sealed.length % 16 !== 0) return null;
  // WeChat pads to 32 bytes, which subtle rejects. With one more block that is valid padding, subtle removes only that.
  const last = sealed.subarray(sealed.length - 16);
  const padding16 = await crypto.subtle.encrypt({ name: "AES-CBC", iv: last }, key, NOTHING);
  const padded = Buffer.concat([sealed, new Uint8Array(padding16)]);
  const plain = Buffer.from(await crypto.subtle.decrypt({ name: "AES-CBC", iv }, key, padded));
  const padding = plain[plain.length - 1];
  if (!(padding >= 1 && padding <= 32) || plain.length < 20 + padding) return null;
  const end = 20 + plain.readUInt32BE(16);
  if (plain.toString("utf8", end, plain.length - padding) !== appId) return null;
  return plain.toString("utf8", 20, end);
}

async function seal(text) {
  const { iv, appId } = account;
  const length = Buffer.byteLength(text);
  const used = 20 + length + appId.length;
  const padding = 32 - (used % 32);
  const plain = Buffer.alloc(used + padding, padding);
  crypto.getRandomValues(plain.subarray(0, 16));
  plain.writeUInt32BE(length, 16);
  plain.write(text, 20);
  plain.write(appId, 20 + length);
  const sealed = await crypto.subtle.encrypt({ name: "AES-CBC", iv }, await aesKey(), plain);
  // The last block is subtle's own padding.
  return Buffer.from(sealed, 0, sealed.byteLength - 16).toString("base64");
}

function parse(xml) {
  const message = {};
  for (const [, name, cdata, text] of xml.matchAll(ELEMENT)) message[name] = cdata ?? text;
  return message;
}

function answer(message, reply, isEncrypted) {
  if (reply === null) return new Response("success");
  const now = Math.floor(Date.now() / 1000);
  const xml =
    `<xml><ToUserName><![CDATA[${message.FromUserName}]]></ToUserName>` +
    `<FromUserName><![CDATA[${message.ToUserName}]]></FromUserName><CreateTime>${now}</CreateTime>` +
    `<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[${reply.replaceAll("]]>", "]]]]><![CDATA[>")}]]></Content></xml>`;
  return isEncrypted ? answerSealed(xml, String(now)) : new Response(xml, { headers: HEADERS });
}

async function answerSealed(xml, now) {
  const encrypt = await seal(xml);
  const nonce = randomBytes(8).toString("hex");
  const sealed =
    `<xml><Encrypt><![CDATA[${encrypt}]]></Encrypt>` +
    `<MsgSignature><![CDATA[${sign(now, nonce, encrypt)}]]></MsgSignature>` +
    `<TimeStamp>${now}</TimeStamp><Nonce><![CDATA[${nonce}]]></Nonce></xml>`;
  return new Response(sealed, { headers: HEADERS });
}

// Stores a message with one INSERT. A duplicate gets the stored reply.
async function store(message, reply, env) {
  const key = [message.FromUserName, Number(message.CreateTime), message.MsgId];
  const rows = await env.DB.prepare(INSERT)
    .bind(...key, Math.floor(Date.now() / 1000), JSON.stringify(message), reply)
    .raw();
  if (rows.length === 0) {
    const [[before]] = await env.DB.prepare(STORED).bind(...key).raw();
    return before;
  }
}

function refused(status) {
  return new Response(null, { status });
}
