import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Command, CommandKind, FloorStation, PaymentIn, PaymentMethod, Session, SessionDetail, StartSession } from "@/api/types";
import { clock } from "@/lib/clock";
import { api, newKey } from "@/lib/http";
import { floor } from "./store";
import { secondsLeft } from "./time";

/** What can be done on the floor. Safe results show at once and are taken back when the server refuses. */
export function useFloorActions() {
  const client = useQueryClient();
  return useMemo(() => {
    const refresh = (sessionId?: string) => {
      if (sessionId) void client.invalidateQueries({ queryKey: ["session", sessionId] });
      void client.invalidateQueries({ queryKey: ["/sessions"] });
      void client.invalidateQueries({ queryKey: ["customer"] });
      void client.invalidateQueries({ queryKey: ["/payments"] });
    };
    return {
      start: async (body: StartSession, key: string): Promise<Session> => {
        const session = await api.post<Session>("/sessions", body, { key });
        floor.patch(body.station_id, started(session));
        refresh();
        return session;
      },
      extend: async (station: FloorStation, minutes: number, payment: PaymentIn, key = newKey()) => {
        const { session } = station;
        if (!session) return;
        const undo = session.ends_at
          ? floor.patch(station.id, {
              state: station.state === "ending" ? "playing" : station.state,
              session: {
                ...session,
                ends_at: new Date(Date.parse(session.ends_at) + minutes * 60_000).toISOString(),
                total_seconds: session.total_seconds + minutes * 60,
                requested_minutes: null,
              },
            })
          : () => undefined;
        await guarded(undo, api.post<Session>(`/sessions/${session.id}/extend`, { minutes, payment }, { key }));
        refresh(session.id);
      },
      pauseOrResume: async (station: FloorStation) => {
        const { session } = station;
        if (!session) return;
        const pausing = session.state !== "paused";
        const left = secondsLeft(session);
        const undo = floor.patch(station.id, {
          state: pausing ? "paused" : "playing",
          session: pausing
            ? { ...session, state: "paused", remaining_seconds: left }
            : {
                ...session,
                state: "active",
                ends_at: session.ends_at === null ? null : new Date(clock.now() + session.remaining_seconds * 1000).toISOString(),
              },
        });
        await guarded(undo, api.post<Session>(`/sessions/${session.id}/${pausing ? "pause" : "resume"}`));
        refresh(session.id);
      },
      move: async (station: FloorStation, targetId: string) => {
        if (!station.session) return;
        await api.post<Session>(`/sessions/${station.session.id}/move`, { station_id: targetId });
        refresh(station.session.id);
      },
      end: async (sessionId: string, body: { refund: "policy" | "none"; payment?: { method: PaymentMethod } }) => {
        const detail = await api.post<SessionDetail>(`/sessions/${sessionId}/end`, body, { key: newKey() });
        refresh(sessionId);
        return detail;
      },
      dismissRequest: async (station: FloorStation) => {
        const { session } = station;
        if (!session) return;
        const undo = floor.patch(station.id, { session: { ...session, requested_minutes: null } });
        await guarded(undo, api.post(`/sessions/${session.id}/dismiss-request`));
      },
      command: async (stationId: string, kind: CommandKind, text?: string): Promise<Command> => {
        const command = await api.post<Command>(`/stations/${stationId}/commands`, { kind, ...(text && { text }) }, { waitSeconds: 5 });
        void client.invalidateQueries({ queryKey: ["commands", stationId] });
        return command;
      },
      maintenance: async (stationId: string, on: boolean, reason?: string) => {
        await api.patch(`/stations/${stationId}`, { maintenance: on, maintenance_reason: on ? (reason ?? "") : "" });
        floor.patch(stationId, { state: on ? "maintenance" : "free", maintenance_reason: on ? (reason ?? "") : "" });
      },
    };
  }, [client]);
}

async function guarded<T>(undo: () => void, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    undo();
    throw error;
  }
}

function started(session: Session): Partial<FloorStation> {
  return {
    state: "playing",
    session: {
      id: session.id,
      mode: session.mode,
      state: session.state,
      player: session.customer?.display_name ?? session.guest_name ?? "",
      customer_id: session.customer?.id ?? null,
      tier: session.tier,
      started_at: session.started_at,
      ends_at: session.ends_at,
      remaining_seconds: session.remaining_seconds,
      total_seconds: session.total_seconds,
      requested_minutes: null,
      group_id: session.group_id,
      warn: false,
    },
  };
}
