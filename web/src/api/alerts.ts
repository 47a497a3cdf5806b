/** The contract's shapes of game servers, their events and the rules about them. */
import type { components } from "./schema";

type S = components["schemas"];

export type Community = Omit<S["CommunityOut"], "intake"> & { intake: Required<S["IntakePolicy"]> };
export type Source = S["SourceOut"];
export type NewSource = S["NewSource"];
export type Protocol = S["ProtocolOut"];
export type GameServer = S["ServerOut"];
export type ProbeResult = Required<S["ProbeOut"]>;
export type BulkResult = S["ServerTableOut"];
export type History = S["HistoryOut"];
export type HistoryRange = History["range"];
export type HistoryPoint = S["PointOut"];
export type EventKind = S["EventKind"];
export type AlertEvent = S["EventOut"];
export type QuietHours = Required<NonNullable<S["RuleOut"]["quiet"]>>;
export type Rule = Omit<S["RuleOut"], "quiet" | "threshold"> & { quiet: QuietHours | null; threshold: Required<S["Threshold"]> | null };
export type Preview = S["AlertPreviewOut"];
export type MaintenanceWindow = S["WindowList"]["items"][number];

/** What the live topic of a community says: the parts of servers that changed. */
export type ServerChange = Pick<GameServer, "id"> & Partial<GameServer>;
export interface AlertsDelta {
  servers?: ServerChange[];
  removed?: string[];
  events?: AlertEvent[];
}
