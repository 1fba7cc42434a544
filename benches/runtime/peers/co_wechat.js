// The example of co-wechat's README, with the key of secure mode.
const Koa = require("koa");
const wechat = require("co-wechat");

const { WECHAT_TOKEN, WECHAT_APP_ID, WECHAT_ENCODING_AES_KEY, KEYWORD, REPLY, PORT } = process.env;
const config = { token: WECHAT_TOKEN, appid: WECHAT_APP_ID, encodingAESKey: WECHAT_ENCODING_AES_KEY };

const app = new Koa();
app.use(wechat(config).middleware(async (message) => (message.Content === KEYWORD ? REPLY : "")));
app.listen(Number(PORT), "127.0.0.1");
