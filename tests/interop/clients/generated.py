"""A client that openapi-python-client made from public/openapi.json."""

import os

from mp_worker_client import AuthenticatedClient
from mp_worker_client.api.message import message_get, message_reply
from mp_worker_client.api.rule import rule_create, rule_list
from mp_worker_client.api.tag import tag_create
from mp_worker_client.api.token import token_get_with_get
from mp_worker_client.models import (
    AccessToken,
    Article,
    Changed,
    ConditionWithKeyword,
    Error,
    KeywordCondition,
    MessageId,
    MessageSent,
    News,
    NewsReply,
    RuleCreate,
    RuleList,
    RulePage,
    RuleWithReply,
    TagCreated,
    TagName,
    Text,
    TextCustomMessage,
)

client = AuthenticatedClient(base_url=os.environ["BASE"], token=os.environ["SECRET"])

message = TextCustomMessage(touser=os.environ["OPENID"], msgtype="text", text=Text(content="您好"))
sent = message_reply.sync(client=client, body=message)
assert isinstance(sent, MessageSent), sent

article = Article(title="t", description="d", url="https://a.cn", picurl="https://a.cn/b.png")
reply = NewsReply(msgtype="news", news=News(articles=[article]))
when = ConditionWithKeyword(keyword=KeywordCondition(exact="python"))
changed = rule_create.sync(client=client, body=RuleCreate(rule=RuleWithReply(name="python", when=when, reply=reply)))
assert isinstance(changed, Changed), changed

listed = rule_list.sync(client=client, body=RulePage())
assert isinstance(listed, RuleList), listed
rule = next(rule for rule in listed.rules if rule.id == changed.id)
assert isinstance(rule, RuleWithReply) and isinstance(rule.reply, NewsReply), rule
assert rule.reply.news.articles[0].title == "t", rule

tag = tag_create.sync(client=client, body=TagName(name="python"))
assert isinstance(tag, TagCreated) and tag.tag.name == "python", tag

token = token_get_with_get.sync(client=client)
assert isinstance(token, AccessToken) and token.expires_in > 0, token

missing = message_get.sync(client=client, body=MessageId(msg_id="1"))
assert isinstance(missing, Error) and missing.error.code == "not_found", missing
