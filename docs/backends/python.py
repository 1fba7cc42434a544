# A webhook backend: repeats what a user writes.
#
# pip install standardwebhooks
# WEBHOOK_SECRET=whsec_... PORT=3000 python python.py

import json
import os
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock

from standardwebhooks import Webhook, WebhookVerificationError

webhook = Webhook(os.environ["WEBHOOK_SECRET"])
# By webhook-id, so that a repeated request is not handled again. Several processes need one store for all.
answers = {}
lock = Lock()
pool = ThreadPoolExecutor()


def answer(event):
    """Your own part: what to reply. An empty object is silence."""
    message = event["message"]
    if message["MsgType"] != "text":
        return {}
    return {"reply": {"msgtype": "text", "text": {"content": f"收到：{message['Content']}"}}}


def answer_once(id, event):
    with lock:
        if id not in answers:
            answers[id] = pool.submit(answer, event)
        if len(answers) > 10_000:
            del answers[next(iter(answers))]
        pending = answers[id]
    try:
        return pending.result()
    except Exception:
        answers.pop(id, None)
        raise


class Handler(BaseHTTPRequestHandler):
    def respond(self):
        body = self.rfile.read(int(self.headers["content-length"] or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            # The signature is over the bytes as they came: verify first, parse afterwards.
            event = webhook.verify(body, headers)
        except (WebhookVerificationError, ValueError):
            # A ValueError is what the library raises over a malformed header.
            return 401, {"error": "bad signature"}
        return 200, answer_once(headers["webhook-id"], event)

    def do_POST(self):
        try:
            status, body = self.respond()
        except Exception:
            status, body = 500, {"error": "failed"}
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())


# Only this machine can reach it: TLS is the business of a reverse proxy in front.
ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", 3000))), Handler).serve_forever()
