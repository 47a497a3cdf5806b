/**
 * The contract's shapes under short names. All of them come from the generated schema; run
 * `npm run generate` after the server's OpenAPI document has changed.
 */
import type { components } from "./schema";

type S = components["schemas"];

export interface Page<T> {
  items: T[];
  next_cursor?: string | null;
}
export interface Items<T> {
  items: T[];
}

// identity -------------------------------------------------------------------
export type Me = S["MeOut"];
export type Tokens = S["TokensOut"];
export type PublicInfo = S["Info"];
export type SignIn = S["gameops__identity__access__schemas__SessionOut"];
export type ApiKey = S["ApiKeyOut"];
export type NewApiKey = S["ApiKeyMadeOut"];
export type User = S["UserOut"];
export type RoleGrant = S["HeldRoleOut"];
export type Role = S["RoleOut"];
export type Permission = S["PermissionOut"];
export type AuditEntry = S["AuditEntryOut"];
export type AuditCheck = S["VerdictOut"];
export type TotpSetup = S["TotpSetupOut"];
export type RecoveryCodes = S["RecoveryCodesOut"];

// venues ---------------------------------------------------------------------
export type OpeningHours = S["OpeningHours"];
export type VenuePolicy = Required<S["Policy"]>;
export type Venue = Omit<S["VenueOut"], "policy"> & { policy: VenuePolicy };
export type Area = S["Area"];
export type Zone = S["ZoneOut"];
export type Tier = S["TierOut"];
export type TierKey = S["Tier"];

// stations -------------------------------------------------------------------
export type StationKind = S["StationKind"];
export type Point = S["Position"];
export type Station = S["StationOut"];
export type Enrolment = S["EnrolmentOut"];
export type CommandKind = S["CommandKind"];
export type Command = S["CommandOut"];

// sessions -------------------------------------------------------------------
export type SessionMode = S["Mode"];
export type PaymentMethod = S["Method"];
export interface PaymentIn {
  method: PaymentMethod;
  tendered_minor?: number;
  reference?: string;
}
export interface StartSession {
  station_id: string;
  mode: SessionMode;
  minutes?: number;
  customer_id?: string;
  guest_name?: string;
  grant_id?: string;
  payment?: PaymentIn;
  age_confirmed?: boolean;
}
export interface GroupStart {
  entries: { station_id: string; customer_id?: string; guest_name?: string; age_confirmed?: boolean }[];
  mode: "prepaid";
  minutes: number;
  payer: { kind: "split" } | { kind: "one" } | { kind: "customer"; customer_id: string };
  payment: { method: PaymentMethod };
}
export type PriceLine = S["PriceLineOut"];
export type Price = S["PriceOut"];
export type Quote = S["Quote"];
export type EndQuote = S["EndQuote"];
export type MoveQuote = S["MoveQuote"];
export type Session = S["gameops__venue__sessions__schemas__SessionOut"];
export type Segment = S["SegmentOut"];
export type SessionDetail = S["SessionDetail"];

// customers ------------------------------------------------------------------
export type Balance = S["WalletOut"];
export type Customer = S["CustomerOut"];
export type WalletEntry = S["StatementLine"];
export type Grant = S["GrantOut"];

// tariffs --------------------------------------------------------------------
export type Rate = Required<S["RateWindow"]>;
export type TariffRules = Omit<Required<S["TariffRules"]>, "rates"> & { rates: Rate[] };
export type TariffVersion = Omit<S["TariffVersionOut"], "rules"> & { rules: TariffRules };
export type Tariff = Omit<S["TariffOut"], "current"> & { current: TariffVersion | null };
export type Package = S["PackageOut"];

// money ----------------------------------------------------------------------
export type PaymentKind = S["PaymentKind"];
export type Payment = S["PaymentOut"];
export type Receipt = S["ReceiptOut"];
export type EmployeeTakings = S["EmployeeTakings"];

// floor ----------------------------------------------------------------------
export type FloorStation = S["FloorStationOut"];
export type FloorState = FloorStation["state"];
export type FloorSession = S["FloorSessionOut"];
export type FloorAlert = S["FloorAlertOut"];
export type FloorSummary = S["SummaryOut"];
export type FloorZone = S["FloorZoneOut"];
export type FloorSnapshot = S["FloorOut"];
export interface FloorDelta {
  stations?: FloorStation[];
  removed?: string[];
  summary?: FloorSummary;
  zones?: FloorZone[];
}
export type RevenuePoint = S["RevenuePoint"];
export type OccupancyPoint = S["OccupancyPoint"];

// my -------------------------------------------------------------------------
export type MyOverview = Omit<S["Overview"], "venue" | "session"> & { venue: Venue; session: SessionDetail | null };
