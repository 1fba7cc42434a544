import os

import uvicorn
from fastapi import FastAPI, HTTPException, Request, Response
from wechatpy.exceptions import InvalidAppIdException, InvalidSignatureException

from wechat_job import answer

app = FastAPI()


@app.post("/callback")
async def callback(request: Request) -> Response:
    try:
        reply = answer(request.query_params, await request.body())
    except (InvalidSignatureException, InvalidAppIdException):
        raise HTTPException(status_code=403) from None
    return Response(reply, media_type="application/xml")


uvicorn.run(app, host="127.0.0.1", port=int(os.environ["PORT"]), access_log=False, log_level="warning")
