from flask import Flask, Response, abort, request
from wechatpy.exceptions import InvalidAppIdException, InvalidSignatureException

from wechat_job import answer

app = Flask(__name__)


@app.post("/callback")
def callback():
    try:
        reply = answer(request.args, request.get_data())
    except (InvalidSignatureException, InvalidAppIdException):
        abort(403)
    return Response(reply, mimetype="application/xml")
