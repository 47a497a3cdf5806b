import { useQuery } from "@tanstack/react-query";
import { ReceiptText } from "lucide-react";
import { useState } from "react";
import type { EmployeeTakings, Items, Payment } from "@/api/types";
import { type Column, DataTable } from "@/components/DataTable";
import { Empty, Money, Tag } from "@/components/display";
import { Field, Input, Select } from "@/components/Field";
import { Card, Kpi, Page } from "@/components/Page";
import { Tabs } from "@/components/Tabs";
import { clock } from "@/lib/clock";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { usePages } from "@/lib/query";
import { addDays, instantOf, localDate } from "@/lib/time";
import { useFormat, usePermission, useVenue } from "@/lib/venue";
import { PaymentSheet } from "./PaymentSheet";
import { SellPanel } from "./SellPanel";

const kinds = ["time", "topup", "package", "voucher", "settlement", "refund", "payout"] as const;

export function TillPage() {
  const t = useT();
  const venue = useVenue();
  const maySell = usePermission("billing.payments.take");
  const maySee = usePermission("billing.payments.view");
  const [day, setDay] = useState(() => localDate(clock.now(), venue.timezone));
  const [opened, setOpened] = useState<string | null>(null);
  // A voucher's code is in the answer to its sale and nowhere else.
  const [sold, setSold] = useState<Payment | null>(null);
  const [tab, setTab] = useState("payments");
  const start = instantOf(`${day || localDate(clock.now(), venue.timezone)}T00:00`, venue.timezone);
  const range = { venue_id: venue.id, from: start.toISOString(), to: addDays(start, 1, venue.timezone).toISOString() };
  return (
    <Page
      title={t("nav.till")}
      search
      wide
      controls={maySee && <Field label={t("session.day")} hideLabel className="w-40"><Input type="date" value={day} onChange={(event) => { setDay(event.target.value); }} /></Field>}
    >
      <div className={`grid items-start gap-4 ${maySell ? "xl:grid-cols-[400px_minmax(0,1fr)]" : ""}`}>
        {maySell && <Card title={t("till.sell")}><SellPanel onSold={(payment) => { setSold(payment); setOpened(payment.id); }} /></Card>}
        {maySee && (
          <div className="flex min-w-0 flex-col gap-4">
            <Takings range={range} />
            <Tabs
              label={t("till.tabs")}
              value={tab}
              onChange={setTab}
              items={[
                { value: "payments", label: t("session.payments"), content: <Payments range={range} onOpen={setOpened} /> },
                { value: "employees", label: t("till.employees"), content: <Employees range={range} /> },
              ]}
            />
          </div>
        )}
      </div>
      {opened && <PaymentSheet id={opened} voucher={sold?.id === opened ? sold.voucher_code : null} onClose={() => { setOpened(null); }} />}
    </Page>
  );
}

interface Range {
  venue_id: string;
  from: string;
  to: string;
  [key: string]: string;
}

function useEmployees(range: Range) {
  return useQuery({ queryKey: ["/payments", "employees", range], queryFn: () => api.get<Items<EmployeeTakings>>("/payments/employees", range), refetchInterval: 30_000 });
}

function Takings({ range }: { range: Range }) {
  const t = useT();
  const employees = useEmployees(range);
  const sum = (field: "taken_minor" | "voided_minor" | "refunded_minor" | "count" | "voids" | "refunds") =>
    employees.data?.items.reduce((total, one) => total + one[field], 0) ?? 0;
  return (
    <div className="grid grid-cols-2 gap-2.5 sm:grid-cols-3">
      <Kpi label={t("till.taken")} note={t("till.receipts", { n: sum("count") })}><Money minor={sum("taken_minor")} /></Kpi>
      <Kpi label={t("till.refunds")} note={t("till.times", { n: sum("refunds") })}><Money minor={sum("refunded_minor")} /></Kpi>
      <Kpi label={t("till.voids")} note={t("till.times", { n: sum("voids") })} {...(sum("voids") > 0 && { tone: "soon" as const })}><Money minor={sum("voided_minor")} /></Kpi>
    </div>
  );
}

function Payments({ range, onOpen }: { range: Range; onOpen: (id: string) => void }) {
  const t = useT();
  const format = useFormat();
  const [kind, setKind] = useState("");
  const [method, setMethod] = useState("");
  const [employee, setEmployee] = useState("");
  const employees = useEmployees(range);
  const payments = usePages<Payment>("/payments", { ...range, kind, method, employee_id: employee }, { refetchInterval: 30_000 });
  const columns: Column<Payment>[] = [
    { key: "at", header: t("audit.at"), cell: (row) => format.time(row.at) },
    { key: "kind", header: t("till.what"), cell: (row) => <>{t(`payment.kind.${row.kind}`)}{row.station_name && <span className="text-fg3"> · {row.station_name}</span>}</> },
    { key: "who", header: t("till.customer"), wide: true, cell: (row) => row.customer?.display_name ?? "–" },
    { key: "method", header: t("pay.method"), wide: true, cell: (row) => t(`pay.${row.method}`) },
    { key: "employee", header: t("till.employee"), wide: true, cell: (row) => row.employee?.name ?? "–" },
    { key: "number", header: t("till.receipt"), wide: true, cell: (row) => row.receipt_number },
    { key: "amount", header: t("pay.amount"), align: "right", cell: (row) => row.voided ? <span className="flex items-center justify-end gap-2"><Tag tone="offline">{t("till.voided")}</Tag><s>{format.money(row.amount_minor)}</s></span> : <b className={`font-semibold ${row.amount_minor < 0 ? "text-broken" : ""}`}>{format.money(row.amount_minor)}</b> },
  ];
  return (
    <>
      <div className="mb-3 flex flex-wrap gap-2">
        <Field label={t("till.what")} hideLabel className="w-40 max-sm:flex-1">
          <Select value={kind} onChange={(event) => { setKind(event.target.value); }}>
            <option value="">{t("till.allKinds")}</option>
            {kinds.map((one) => <option key={one} value={one}>{t(`payment.kind.${one}`)}</option>)}
          </Select>
        </Field>
        <Field label={t("pay.method")} hideLabel className="w-36 max-sm:flex-1">
          <Select value={method} onChange={(event) => { setMethod(event.target.value); }}>
            <option value="">{t("till.allMethods")}</option>
            {(["cash", "card", "wallet"] as const).map((one) => <option key={one} value={one}>{t(`pay.${one}`)}</option>)}
          </Select>
        </Field>
        <Field label={t("till.employee")} hideLabel className="w-44 max-sm:flex-1">
          <Select value={employee} onChange={(event) => { setEmployee(event.target.value); }}>
            <option value="">{t("till.everybody")}</option>
            {employees.data?.items.flatMap((one) => (one.employee_id ? [<option key={one.employee_id} value={one.employee_id}>{one.name}</option>] : []))}
          </Select>
        </Field>
      </div>
      <DataTable label={t("session.payments")} columns={columns} rows={payments.items} rowKey={(row) => row.id} source={payments} onRow={(row) => { onOpen(row.id); }} muted={(row) => row.voided !== null} empty={<Empty icon={<ReceiptText size={22} />} title={t("till.none")} text={t("till.none.text")} />} />
    </>
  );
}

function Employees({ range }: { range: Range }) {
  const t = useT();
  const format = useFormat();
  const employees = useEmployees(range);
  const share = (part: number, count: number) => (count > 0 ? part / count : 0);
  return (
    <DataTable
      label={t("till.employees")}
      rows={employees.data?.items ?? []}
      rowKey={(row) => row.employee_id ?? "self"}
      source={employees}
      empty={<Empty title={t("till.none")} text={t("till.none.text")} />}
      columns={[
        { key: "name", header: t("till.employee"), cell: (row) => <b className="font-semibold">{row.name ?? t("till.selfService")}</b> },
        { key: "count", header: t("till.count"), align: "right", cell: (row) => format.number(row.count) },
        { key: "taken", header: t("till.taken"), align: "right", cell: (row) => format.money(row.taken_minor) },
        { key: "refunds", header: t("till.refunds"), align: "right", wide: true, cell: (row) => (row.refunds > 0 ? `${format.number(row.refunds)} · ${format.money(row.refunded_minor)}` : "–") },
        { key: "voids", header: t("till.voids"), align: "right", cell: (row) => row.voids === 0 ? "–" : <span className={share(row.voids, row.count) > 0.05 ? "font-semibold text-soon" : ""}>{format.number(row.voids)} · {format.money(row.voided_minor)}</span> },
        { key: "share", header: t("till.voidShare"), align: "right", wide: true, cell: (row) => format.percent(share(row.voids, row.count), 1) },
      ]}
    />
  );
}
