"""wechatpy, with its base URL and its token URL changed."""

import io
import os

import requests
from wechatpy import WeChatClient
from wechatpy.exceptions import WeChatClientException

BASE = os.environ["BASE"]
SANDBOX = os.environ["SANDBOX"]
OPENID = os.environ["OPENID"]
TEMPLATE = os.environ["TEMPLATE"]
FILE = bytes(range(256)) * 400


class Client(WeChatClient):
    API_BASE_URL = f"{BASE}/cgi-bin/"

    def fetch_access_token(self):
        return self._fetch_access_token(
            url=f"{BASE}/cgi-bin/token",
            params={"grant_type": "client_credential", "appid": self.appid, "secret": self.secret},
        )


client = Client(os.environ["APPID"], os.environ["SECRET"])

client.menu.create({"button": [{"type": "click", "name": "帮助", "key": "HELP"}]})
assert client.menu.get()["menu"]["button"][0]["name"] == "帮助"
data = {
    "character_string1": {"value": "A1"},
    "thing2": {"value": "茶"},
    "amount3": {"value": "￥12"},
    "time4": {"value": "2026年11月22日 10:00"},
}
assert client.message.send_template(OPENID, TEMPLATE, data)["errcode"] == 0
assert client.user.get(OPENID)["subscribe"] == 1
media = client.media.upload("image", ("a.png", io.BytesIO(FILE), "image/png"))
assert client.media.download(media["media_id"]).content == FILE
assert client.jsapi.get_jsapi_ticket()

# The real token dies, and nobody here sees it.
before = client.access_token
requests.post(f"{SANDBOX}/sandbox/replace-tokens", timeout=5)
assert client.user.get(OPENID)["subscribe"] == 1
assert client.access_token == before

# Its own is worn out: it asks once, and goes on.
client.session.set(client.access_token_key, before[:-1] + ("A" if before[-1] != "A" else "B"), 7200)
assert client.user.get(OPENID)["subscribe"] == 1

# A wrong secret is said once, and not asked for for ever.
stranger = Client(os.environ["APPID"], "wrong")
try:
    stranger.user.get(OPENID)
    raise SystemExit("a wrong secret was taken")
except WeChatClientException as refused:
    assert refused.errcode == 40125, refused
