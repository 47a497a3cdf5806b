import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ArrowLeft, Ban, Pencil, Plus } from "lucide-react";
import { useState } from "react";
import type { Customer } from "@/api/types";
import { Button } from "@/components/Button";
import { Avatar, Failed, Notice, SkeletonRows, Tag } from "@/components/display";
import { isBanned } from "@/components/domain/CustomerPicker";
import { Page } from "@/components/Page";
import { Tabs } from "@/components/Tabs";
import { toastError } from "@/lib/errors";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { toast } from "@/lib/toast";
import { useFormat, usePermission } from "@/lib/venue";
import { BanDialog } from "./BanDialog";
import { CustomerForm } from "./CustomerForm";
import { CustomerHistory, CustomerPackages, CustomerStatement } from "./CustomerTabs";
import { tierTones } from "./CustomersPage";
import { SettleDialog, TopUpDialog } from "./MoneyDialogs";
import { WalletCards } from "./WalletCards";

export function CustomerPage() {
  const t = useT();
  const { customerId } = useParams({ from: "/staff/customers/$customerId" });
  const query = useQuery({ queryKey: ["customer", customerId], queryFn: () => api.get<Customer>(`/customers/${customerId}`) });
  return (
    <Page title={query.data?.display_name ?? t("nav.customers")}>
      <Link to="/customers" className="mb-3 inline-flex items-center gap-1.5 text-[13px] font-medium text-fg2 hover:text-fg"><ArrowLeft size={15} aria-hidden />{t("customer.all")}</Link>
      {query.isPending && <SkeletonRows />}
      {query.isError && <Failed error={query.error} retry={() => void query.refetch()} />}
      {query.data && <Profile customer={query.data} />}
    </Page>
  );
}

function Profile({ customer }: { customer: Customer }) {
  const t = useT();
  const format = useFormat();
  const client = useQueryClient();
  const mayManage = usePermission("venue.customers.manage");
  const mayTake = usePermission("billing.payments.take");
  const [dialog, setDialog] = useState<"edit" | "topup" | "settle" | "ban" | null>(null);
  const [tab, setTab] = useState("packages");
  const banned = isBanned(customer);
  const refresh = () => {
    void client.invalidateQueries({ queryKey: ["customer", customer.id] });
    void client.invalidateQueries({ queryKey: [`/customers/${customer.id}/wallet`] });
  };
  const unban = async () => {
    try {
      await api.delete(`/customers/${customer.id}/ban`);
      refresh();
      toast.good(t("ban.lifted", { name: customer.display_name }));
    } catch (error) {
      toastError(error);
    }
  };
  const facts: [string, string][] = [
    [t("field.email"), customer.email ?? "–"],
    [t("field.phone"), customer.phone ?? "–"],
    [t("field.birth"), customer.date_of_birth ? `${format.date(`${customer.date_of_birth}T12:00:00Z`)} · ${t("customer.age", { age: ageOf(customer.date_of_birth) })}` : "–"],
    [t("customer.creditLimit"), format.money(customer.credit_limit_minor)],
    [t("customer.visits"), format.number(customer.visits)],
    [t("customer.seen"), customer.last_seen_at ? format.dateTime(customer.last_seen_at) : "–"],
    [t("customer.since"), format.date(customer.created_at)],
    [t("customer.account"), customer.user_id ? (customer.username ?? t("customer.hasAccount")) : t("customer.noAccount")],
  ];
  return (
    <div className="grid items-start gap-4 xl:grid-cols-[360px_minmax(0,1fr)]">
      <section className="card flex flex-col gap-4 p-4" aria-label={t("customer.profile")}>
        <div className="flex items-center gap-3">
          <Avatar name={customer.display_name} size={52} />
          <div className="min-w-0 flex-1">
            <div className="truncate text-[17px] font-semibold">{customer.display_name}</div>
            <div className="mt-1 flex flex-wrap gap-1.5">
              <Tag tone={tierTones[customer.tier]}>{t(`tier.${customer.tier}`)}</Tag>
              {customer.active_session_id && <Tag tone="play">{t("customer.playing")}</Tag>}
            </div>
          </div>
        </div>
        {banned && (
          <Notice tone="broken">
            <b>{t("customer.banned")}</b> {customer.banned_until ? t("ban.until", { date: format.dateTime(customer.banned_until) }) : t("ban.forever")}: {customer.ban_reason}
          </Notice>
        )}
        <dl className="grid grid-cols-2 gap-x-4 gap-y-3">
          {facts.map(([label, value]) => (
            <div key={label} className="min-w-0">
              <dt className="text-xs text-fg3">{label}</dt>
              <dd className="num text-[13.5px] break-words">{value}</dd>
            </div>
          ))}
        </dl>
        {customer.notes && <div><div className="text-xs text-fg3">{t("customer.notes")}</div><p className="text-[13.5px] whitespace-pre-wrap">{customer.notes}</p></div>}
        {mayManage && (
          <div className="flex gap-2">
            <Button icon={<Pencil size={14} />} className="flex-1" onClick={() => { setDialog("edit"); }}>{t("action.edit")}</Button>
            {banned ? <Button className="flex-1" onClick={() => void unban()}>{t("ban.lift")}</Button> : <Button tone="danger" icon={<Ban size={14} />} className="flex-1" onClick={() => { setDialog("ban"); }}>{t("ban.do")}</Button>}
          </div>
        )}
      </section>
      <div className="flex min-w-0 flex-col gap-4">
        <WalletCards wallet={customer.wallet}>
          {mayTake && (
            <div className="flex flex-wrap gap-2">
              <Button tone="primary" icon={<Plus size={15} />} onClick={() => { setDialog("topup"); }}>{t("topup.do")}</Button>
              {customer.wallet.due_minor > 0 && <Button onClick={() => { setDialog("settle"); }}>{t("settle.do")}</Button>}
            </div>
          )}
        </WalletCards>
        <Tabs
          label={t("customer.tabs")}
          value={tab}
          onChange={setTab}
          items={[
            { value: "packages", label: t("customer.packages"), content: <CustomerPackages customerId={customer.id} /> },
            { value: "sessions", label: t("nav.sessions"), content: <CustomerHistory customerId={customer.id} /> },
            { value: "statement", label: t("customer.statement"), content: <CustomerStatement customerId={customer.id} /> },
          ]}
        />
      </div>
      {dialog === "edit" && <CustomerForm customer={customer} onClose={() => { setDialog(null); }} onSaved={refresh} />}
      {dialog === "topup" && <TopUpDialog customer={customer} onClose={() => { setDialog(null); refresh(); }} />}
      {dialog === "settle" && <SettleDialog customer={customer} onClose={() => { setDialog(null); refresh(); }} />}
      {dialog === "ban" && <BanDialog customer={customer} onClose={() => { setDialog(null); refresh(); }} />}
    </div>
  );
}

export function ageOf(dateOfBirth: string, now = new Date()): number {
  const [year = 0, month = 1, day = 1] = dateOfBirth.split("-").map(Number);
  const had = now.getMonth() + 1 > month || (now.getMonth() + 1 === month && now.getDate() >= day);
  return now.getFullYear() - year - (had ? 0 : 1);
}
