"""Reports from modern clients: many at once, with an API key or a signature."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Request
from pydantic import ValidationError

from gameops.alerts.errors import CommunityNotFound, ReporterNotAllowed, SignatureInvalid
from gameops.alerts.intake import keys
from gameops.alerts.intake.inbox import Entry, Inbox
from gameops.alerts.intake.keys import Directory, Gate
from gameops.alerts.intake.reports import Report
from gameops.alerts.intake.schemas import RefusedOut, ReportIn, ReportsIn, ReportsOut
from gameops.alerts.options import AlertsOptions
from gameops.alerts.permissions import REPORT
from gameops.core.errors import Forbidden, NotFound, Unauthenticated, Unavailable
from gameops.core.ratelimit import Rule
from gameops.core.web import Ctx, client_address, current_actor, problems

router = APIRouter(prefix="/api/v1/alerts", tags=["alerts"])

Given = Annotated[str, Header(max_length=200)]


@router.post(
    "/reports",
    status_code=202,
    summary="Servers report their state",
    responses=problems(
        Unauthenticated,
        SignatureInvalid,
        Forbidden,
        NotFound,
        ReporterNotAllowed,
        CommunityNotFound,
        Unavailable,
    ),
)
async def report(
    body: ReportsIn,
    request: Request,
    context: Ctx,
    x_gameops_source: Given = "",
    x_gameops_timestamp: Given = "",
    x_gameops_signature: Given = "",
) -> ReportsOut:
    """Stored when answered; repeated and late reports (``occurred_at``, ``sequence``) do no harm.

    With ``X-GameOps-Source``, ``-Timestamp`` and ``-Signature`` instead of a token, the signature
    is ``v1=`` and the hexadecimal HMAC-SHA256, by the source's key, of the timestamp, a dot and
    the body.
    """
    rule = Rule("alerts-intake", context.option(AlertsOptions).intake_rate)
    await context.limits.hit(rule, client_address(request))
    directory = context.part(Directory)
    await directory.refresh()
    if x_gameops_source:
        reporter = directory.reporter_signed(
            source=x_gameops_source,
            timestamp=x_gameops_timestamp,
            signature=x_gameops_signature,
            body=await request.body(),
            address=client_address(request),
        )
        gate, source_id = directory.gate(reporter.community_id), reporter.id
    else:
        source_id = None
        gate = await _for_actor(request, directory, body.community_id)
    now = context.clock.now()
    taken, refused = _read(body.reports, gate, now)
    entries = [
        Entry(community_id=gate.community_id, at=now, report=found, source_id=source_id)
        for found in taken
    ]
    if entries:
        await context.part(Inbox).put(entries)
    return ReportsOut.of(len(taken), refused)


async def _for_actor(request: Request, directory: Directory, community_id: UUID | None) -> Gate:
    actor = await current_actor(request)
    gate = directory.gate(community_id)
    if gate.venue_id is None and not actor.grants.get(None):
        raise NotFound
    actor.require(REPORT, venue_id=gate.venue_id)
    return gate


def _read(
    items: list[dict[str, Any]], gate: Gate, now: datetime
) -> tuple[list[Report], list[RefusedOut]]:
    taken: list[Report] = []
    refused: list[RefusedOut] = []
    for index, item in enumerate(items):
        try:
            found = ReportIn.model_validate(item, context={"now": now}).report()
            keys.check_host(gate.policy, [found])
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            refused.append(
                RefusedOut(index=index, code=first["type"], message=f"{where}: {first['msg']}")
            )
        except ReporterNotAllowed as problem:
            refused.append(RefusedOut(index=index, code=problem.code, message=problem.detail))
        else:
            taken.append(found)
    return taken, refused
