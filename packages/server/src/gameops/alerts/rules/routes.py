"""Rules and maintenance windows over HTTP."""

from uuid import UUID

from fastapi import APIRouter

from gameops.alerts.errors import (
    CommunityNotFound,
    MaintenanceNotFound,
    PeriodInvalid,
    RuleInvalid,
    RuleNotFound,
    ServerNotFound,
    TemplateInvalid,
    UnknownChannel,
)
from gameops.alerts.rules import store
from gameops.alerts.rules.schemas import (
    AlertPreviewIn,
    AlertPreviewOut,
    RuleIn,
    RuleList,
    RuleOut,
    RulePatch,
    RuleTestOut,
    WindowIn,
    WindowList,
    WindowOut,
)
from gameops.alerts.rules.service import DAY, Rules
from gameops.core.errors import Forbidden, NotFound
from gameops.core.web import CurrentActor, Uow, problems

router = APIRouter(prefix="/api/v1/alerts", tags=["alerts"])


@router.get(
    "/rules", summary="List rules", responses=problems(Forbidden, NotFound, CommunityNotFound)
)
async def list_rules(community_id: UUID, actor: CurrentActor, uow: Uow) -> RuleList:
    """With when they last fired."""
    found = await Rules(uow, actor).of_community(community_id)
    ids = [rule.id for rule in found]
    fired = await store.newest_firing(uow.session, ids, since=uow.now - DAY)
    return RuleList(items=[RuleOut.of(rule, fired.get(rule.id)) for rule in found])


@router.post(
    "/rules",
    status_code=201,
    summary="Add a rule",
    responses=problems(
        Forbidden, NotFound, CommunityNotFound, RuleInvalid, TemplateInvalid, UnknownChannel
    ),
)
async def create_rule(body: RuleIn, actor: CurrentActor, uow: Uow) -> RuleOut:
    """In force at once."""
    return RuleOut.of(await Rules(uow, actor).create(body))


@router.post(
    "/rules/preview",
    summary="How would it read?",
    responses=problems(Forbidden, NotFound, CommunityNotFound, ServerNotFound),
)
async def preview_rule(body: AlertPreviewIn, actor: CurrentActor, uow: Uow) -> AlertPreviewOut:
    """Names the placeholders there are, and those of the template that do not exist."""
    return await Rules(uow, actor).preview(body)


@router.get(
    "/rules/{rule_id}", summary="A rule", responses=problems(Forbidden, NotFound, RuleNotFound)
)
async def get_rule(rule_id: UUID, actor: CurrentActor, uow: Uow) -> RuleOut:
    """With when it last fired."""
    rule, _ = await Rules(uow, actor).get(rule_id)
    fired = await store.newest_firing(uow.session, [rule.id], since=uow.now - DAY)
    return RuleOut.of(rule, fired.get(rule.id))


@router.patch(
    "/rules/{rule_id}",
    summary="Change a rule",
    responses=problems(
        Forbidden, NotFound, RuleNotFound, RuleInvalid, TemplateInvalid, UnknownChannel
    ),
)
async def change_rule(rule_id: UUID, body: RulePatch, actor: CurrentActor, uow: Uow) -> RuleOut:
    """What is left out stays."""
    return RuleOut.of(await Rules(uow, actor).change(rule_id, body.changes()))


@router.delete(
    "/rules/{rule_id}",
    status_code=204,
    summary="Remove a rule",
    responses=problems(Forbidden, NotFound, RuleNotFound),
)
async def remove_rule(rule_id: UUID, actor: CurrentActor, uow: Uow) -> None:
    """It fires no more."""
    await Rules(uow, actor).remove(rule_id)


@router.post(
    "/rules/{rule_id}/test",
    summary="Test a rule",
    responses=problems(Forbidden, NotFound, RuleNotFound),
)
async def test_rule(rule_id: UUID, actor: CurrentActor, uow: Uow) -> RuleTestOut:
    """One message by each of its channels; of subscribers, only to you. The log says the rest."""
    return RuleTestOut(deliveries=await Rules(uow, actor).test(rule_id))


@router.get(
    "/maintenance",
    summary="Planned work",
    responses=problems(Forbidden, NotFound, CommunityNotFound),
)
async def list_maintenance(community_id: UUID, actor: CurrentActor, uow: Uow) -> WindowList:
    """What is planned, what is going on, and what ended within a day."""
    found = await Rules(uow, actor).windows(community_id)
    return WindowList(items=[WindowOut.of(window, uow.now) for window in found])


@router.post(
    "/maintenance",
    status_code=201,
    summary="Announce work",
    responses=problems(Forbidden, NotFound, CommunityNotFound, PeriodInvalid),
)
async def plan_maintenance(body: WindowIn, actor: CurrentActor, uow: Uow) -> WindowOut:
    """Events are recorded meanwhile, and nobody is told."""
    return WindowOut.of(await Rules(uow, actor).plan(body), uow.now)


@router.delete(
    "/maintenance/{maintenance_id}",
    status_code=204,
    summary="Call work off",
    responses=problems(Forbidden, NotFound, MaintenanceNotFound),
)
async def call_off_maintenance(maintenance_id: UUID, actor: CurrentActor, uow: Uow) -> None:
    """Alerts are sent again."""
    await Rules(uow, actor).call_off(maintenance_id)
