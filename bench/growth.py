"""Does a full history slow the day down? The API measured empty, and with a million sessions."""

import asyncio
import sys

import asyncpg
import uvloop

import api
from rig import Rig, percentile, report, running

PAST = 1_000_000

FILL = """
SET synchronous_commit = off;
INSERT INTO venue_session (id, venue_id, station_id, player_name, mode, state, tier, started_at,
    ended_at, end_reason, paid_minor, charge_minor, paid_by)
SELECT gen_random_uuid(), t.venue_id, t.id, 'Guest', 'prepaid', 'ended', 'basic', s.at,
    s.at + interval '1 hour', 'expired', 320, 320, 'cash'
FROM (SELECT n, now() - interval '1 day' - n * interval '1 minute' AS at
      FROM generate_series(1, $1::int) AS n) AS s
JOIN (SELECT id, venue_id, row_number() OVER (ORDER BY name) - 1 AS number,
             count(*) OVER () AS total
      FROM venue_station WHERE venue_id = $2::uuid) AS t ON t.number = s.n % t.total;
"""
SEGMENTS = """
INSERT INTO venue_segment (session_id, seq, venue_id, kind, station_id, zone_id,
    tariff_version_id, started_at, ended_at)
SELECT s.id, 1, s.venue_id, 'play', s.station_id, $1::uuid,
    (SELECT v.id FROM venue_tariff_version v JOIN venue_tariff t ON t.id = v.tariff_id
     WHERE t.venue_id = s.venue_id LIMIT 1), s.started_at, s.ended_at
FROM venue_session s WHERE s.ended_at IS NOT NULL
"""
JOURNAL = """
WITH cash AS (SELECT id FROM billing_account WHERE venue_id = $1 AND kind = 'cash'),
revenue AS (SELECT id FROM billing_account WHERE venue_id = $1 AND kind = 'revenue'),
entries AS (
    INSERT INTO billing_transaction (id, venue_id, at, kind, description, session_id)
    SELECT gen_random_uuid(), venue_id, started_at, 'time', 'A01 · 60 min', id
    FROM venue_session WHERE ended_at IS NOT NULL RETURNING id, at, session_id
), paid AS (
    INSERT INTO billing_payment (id, venue_id, receipt_number, at, kind, method, amount_minor,
        tax_minor, transaction_id, session_id, receipt)
    SELECT gen_random_uuid(), $1, row_number() OVER (ORDER BY at), at, 'time', 'cash', 320, 51,
        id, session_id, '{"lines": []}' FROM entries
)
INSERT INTO billing_posting (transaction_id, line, account_id, amount_minor)
SELECT entries.id, side.line, side.account, side.amount FROM entries, LATERAL (VALUES
    (0, (SELECT id FROM cash), 320), (1, (SELECT id FROM revenue), -320)
) AS side(line, account, amount)
"""


async def fill(rig: Rig) -> None:
    """A million past sessions with segments, payments and postings."""
    connection = await asyncpg.connect(rig.database_url)
    await connection.execute("SET synchronous_commit = off")
    await connection.execute("SET session_replication_role = replica")
    await connection.execute(FILL.split(";")[1], PAST, rig.venue_id, timeout=600)
    await connection.execute(SEGMENTS, rig.zone_id, timeout=600)
    await connection.execute(JOURNAL, rig.venue_id, timeout=600)
    await connection.execute(
        "UPDATE billing_receipt_counter SET last = $1 WHERE venue_id = $2", PAST, rig.venue_id
    )
    await connection.execute("RESET session_replication_role")
    await connection.execute("VACUUM ANALYZE", timeout=600)
    await connection.execute("CHECKPOINT", timeout=600)  # filling is not what is measured
    await connection.close()


async def main() -> bool:
    """Measure empty, fill, measure again."""
    async with running() as rig:
        before = await api.measure(rig)
    async with running() as rig:
        await fill_after_stations(rig)
        after = await api.measure(rig)
    rows = []
    for name in ("dashboard", "start"):
        small, large = percentile(before[name][1], 0.5), percentile(after[name][1], 0.5)
        rows.append(
            (
                f"{name}: median time",
                f"{small:.1f} ms empty, {large:.1f} ms full: {large / small:.2f} times",
                "≤ 1.2 times",
                large <= 1.2 * small,
            )
        )
    bare = before["bare"][0] / after["bare"][0]
    rows.append(("bare route, both runs (noise of the machine)", f"{bare:.2f} times", "", None))
    return report("growth", "The API with a million past sessions", rows)


async def fill_after_stations(rig: Rig) -> None:
    """The past happened on stations that are gone, so that 200 remain in both runs."""
    await rig.add_stations(200, agents=False)
    await fill(rig)
    connection = await asyncpg.connect(rig.database_url)
    await connection.execute(
        "UPDATE venue_station SET removed_at = now(), name = 'old ' || left(id::text, 8)"
    )
    await connection.close()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        sys.exit(0 if runner.run(main()) else 1)
