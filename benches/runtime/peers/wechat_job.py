"""Answers messages as the other contestants do, in the way of wechatpy's own example."""

import os

from wechatpy import create_reply, parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import check_signature

TOKEN = os.environ["WECHAT_TOKEN"]
KEYWORD = os.environ["KEYWORD"]
REPLY = os.environ["REPLY"]

crypto = WeChatCrypto(TOKEN, os.environ["WECHAT_ENCODING_AES_KEY"], os.environ["WECHAT_APP_ID"])


def answer(query, body):
    timestamp, nonce = query["timestamp"], query["nonce"]
    check_signature(TOKEN, query["signature"], timestamp, nonce)
    is_encrypted = query.get("encrypt_type") == "aes"
    if is_encrypted:
        body = crypto.decrypt_message(body, query["msg_signature"], timestamp, nonce)
    message = parse_message(body)
    is_asked = message.type == "text" and message.content == KEYWORD
    reply = create_reply(REPLY if is_asked else None, message).render()
    return crypto.encrypt_message(reply, nonce, timestamp) if is_encrypted else reply
