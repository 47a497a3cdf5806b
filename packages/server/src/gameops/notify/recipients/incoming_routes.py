"""Twilio's webhook, at the path that its consoles have had all along."""

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Header, Request, Response

from gameops.core.errors import RateLimited
from gameops.core.ratelimit import Rule
from gameops.core.web import Ctx, Uow, limited, problems
from gameops.notify.errors import SignatureInvalid
from gameops.notify.recipients.incoming import Incoming, answer

router = APIRouter(tags=["notifications"])
CALLS = Rule("notify.incoming", "600/minute")
LONGEST_FORM = 65_536
MOST_FIELDS = 200


@router.post(
    "/incoming",
    summary="What people write back",
    response_class=Response,
    responses={
        200: {"content": {"text/xml": {}}, "description": "TwiML"},
        **problems(SignatureInvalid, RateLimited),
    },
    dependencies=[limited(CALLS)],
)
async def incoming(
    request: Request,
    uow: Uow,
    context: Ctx,
    x_twilio_signature: Annotated[str, Header(max_length=200)] = "",
) -> Response:
    """For Twilio alone: START, STOP, HELP and STATUS by SMS and WhatsApp."""
    body = await request.body()
    try:
        text = body[:LONGEST_FORM].decode()
        form = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        raise SignatureInvalid from None
    urls = [f"{context.public_url}/incoming", str(request.url)]
    call = Incoming(form=form, signature=x_twilio_signature, urls=urls)
    return Response(await answer(uow, context, call), media_type="text/xml")
