"""wechatpy, with WeChat's hosts replaced in its session."""

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


class Gateway(requests.adapters.HTTPAdapter):
    def send(self, request, **options):
        request.url = BASE + request.path_url
        return super().send(request, **options)


def through_gateway(secret):
    client = WeChatClient(os.environ["APPID"], secret)
    for host in ("https://api.weixin.qq.com/", "https://mp.weixin.qq.com/"):
        client._http.mount(host, Gateway())
    return client


client = through_gateway(os.environ["SECRET"])

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

# The real token is replaced, which the client must not notice.
before = client.access_token
requests.post(f"{SANDBOX}/sandbox/replace-tokens", timeout=5)
assert client.user.get(OPENID)["subscribe"] == 1
assert client.access_token == before

# The client's credential becomes stale: the client renews it once and continues.
client.session.set(client.access_token_key, before[:-1] + ("A" if before[-1] != "A" else "B"), 7200)
assert client.user.get(OPENID)["subscribe"] == 1

# The client has another host for these calls. The key lacks the scope, so the error must come from the gateway.
try:
    client.datacube.get_user_summary("2026-11-21", "2026-11-22")
    raise SystemExit("the gateway forwarded a call without its scope")
except WeChatClientException as rejected:
    assert rejected.errmsg.startswith("mp-worker:"), rejected

# An invalid secret is reported, and must not be retried forever.
stranger = through_gateway("wrong")
try:
    stranger.user.get(OPENID)
    raise SystemExit("an invalid secret was accepted")
except WeChatClientException as refused:
    assert refused.errcode == 40125, refused
