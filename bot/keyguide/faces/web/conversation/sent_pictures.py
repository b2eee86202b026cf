"""Take pictures that are posted to the page, with or without words beside them."""

from __future__ import annotations

from aiohttp import web

from keyguide.core.model.turn import Turn
from keyguide.faces.web.conversation.chat import answer_form, answer_turn
from keyguide.faces.web.conversation.upload import Upload
from keyguide.faces.web.security.headers_and_cookies import UPLOADS
from keyguide.faces.web.web_context import WEB_CONTEXT, choose_language


def add_pictures(app: web.Application) -> None:
    """Add the route that pictures are posted to."""
    app.router.add_post(UPLOADS, take_pictures)


async def take_pictures(request: web.Request) -> web.Response:
    """Answer what pictures show together with what was written."""
    upload = Upload(request)
    if not await upload.find_picture():
        return await answer_form(request, upload.fields)
    reader, phrases = request.app[WEB_CONTEXT].site.picture_reader, choose_language(request)[1]
    screens, problem = await reader.read_all(upload.read_pictures())
    await upload.skip_pictures()
    turn = Turn("", text=upload.fields.get("text", ""), screens=screens, picture_problem=problem)
    return await answer_turn(request, turn, phrases.web.picture_sent)
