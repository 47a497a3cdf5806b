import { useQueryClient } from "@tanstack/react-query";
import { KeyRound, LogOut, X } from "lucide-react";
import { useState } from "react";
import { z } from "zod";
import type { Role, RoleGrant, User } from "@/api/types";
import { Button, IconButton } from "@/components/Button";
import { Notice } from "@/components/display";
import { Field, Input, Select, Switch } from "@/components/Field";
import { Confirm, Sheet } from "@/components/overlay";
import { toastError } from "@/lib/errors";
import { filled, useZodForm } from "@/lib/forms";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { email, password, phone, requiredText, username } from "@/lib/rules";
import { useMe } from "@/lib/session";
import { toast } from "@/lib/toast";

const schema = z.object({ display_name: requiredText(80), email, username, phone, password: z.literal("").or(password) });

export function UserEditor({ user, roles, onClose }: { user: User | null; roles: Role[]; onClose: () => void }) {
  const t = useT();
  const me = useMe();
  const client = useQueryClient();
  const [grants, setGrants] = useState<RoleGrant[]>(user?.roles ?? []);
  const [active, setActive] = useState(user?.state !== "disabled");
  const [ask, setAsk] = useState<"reset" | "signOut" | null>(null);
  const form = useZodForm(schema, { display_name: user?.display_name ?? "", email: user?.email ?? "", username: user?.username ?? "", phone: user?.phone ?? "", password: "" });
  const save = form.onSubmit(async (values) => {
    const { password: secret, ...rest } = values;
    const granted = grants.map(({ role_id, venue_id }) => ({ role_id, venue_id }));
    if (user) await api.patch(`/users/${user.id}`, { ...filled(rest, "null"), state: active ? "active" : "disabled", roles: granted });
    else await api.post("/users", { ...filled({ ...rest, password: secret }), roles: granted });
    await client.invalidateQueries({ queryKey: ["/users"] });
    void client.invalidateQueries({ queryKey: ["/roles"] });
    toast.good(t("tariff.saved", { name: values.display_name }));
    onClose();
  });
  const act = async (work: Promise<unknown>, done: string) => {
    try {
      await work;
      toast.good(done);
    } catch (error) {
      toastError(error);
      throw error;
    }
  };
  return (
    <Sheet open onClose={onClose} title={user ? user.display_name : t("users.new")}>
      <form onSubmit={save} className="flex flex-col gap-3.5" noValidate>
        {form.failure && <Notice tone="broken">{form.failure}</Notice>}
        <Field label={t("field.displayName")} error={form.error("display_name")}><Input {...form.register("display_name")} autoComplete="off" autoFocus={!user} /></Field>
        <Field label={t("field.email")} error={form.error("email")}><Input {...form.register("email")} type="email" autoComplete="off" /></Field>
        <div className="grid grid-cols-2 gap-3">
          <Field label={t("field.username")} error={form.error("username")}><Input {...form.register("username")} autoComplete="off" autoCapitalize="none" /></Field>
          <Field label={t("field.phone")} error={form.error("phone")}><Input {...form.register("phone")} autoComplete="off" /></Field>
        </div>
        {!user && <Field label={t("users.firstPassword")} hint={t("users.firstPassword.hint")} error={form.error("password")}><Input {...form.register("password")} type="password" autoComplete="new-password" /></Field>}
        <Grants roles={roles} value={grants} onChange={setGrants} />
        {user && user.id !== me.id && <Switch label={t("users.active")} hint={t("users.active.hint")} checked={active} onChange={setActive} />}
        <Button type="submit" tone="primary" className="self-end" busy={form.busy}>{user ? t("action.save") : t("action.create")}</Button>
      </form>
      {user && (
        <section className="flex flex-wrap gap-2 border-t border-line pt-4">
          <Button icon={<KeyRound size={15} />} onClick={() => { setAsk("reset"); }}>{t("users.reset")}</Button>
          <Button tone="danger" icon={<LogOut size={15} />} onClick={() => { setAsk("signOut"); }}>{t("users.signOut")}</Button>
        </section>
      )}
      {user && ask === "reset" && <Confirm open tone="primary" onClose={() => { setAsk(null); }} title={t("users.reset.title", { name: user.display_name })} text={t("users.reset.text", { email: user.email ?? "–" })} action={t("auth.forgot.send")} onConfirm={() => act(api.post(`/users/${user.id}/reset-password`), t("users.reset.done"))} />}
      {user && ask === "signOut" && <Confirm open onClose={() => { setAsk(null); }} title={t("users.signOut.title", { name: user.display_name })} text={t("users.signOut.text")} action={t("users.signOut")} onConfirm={() => act(api.delete(`/users/${user.id}/sessions`), t("users.signOut.done"))} />}
    </Sheet>
  );
}

/** Which role, and where it holds: in one venue or in all of them. */
function Grants({ roles, value, onChange }: { roles: Role[]; value: RoleGrant[]; onChange: (grants: RoleGrant[]) => void }) {
  const t = useT();
  const me = useMe();
  const [roleId, setRoleId] = useState("");
  const [venueId, setVenueId] = useState(me.venues[0]?.id ?? "");
  const role = roles.find((one) => one.id === roleId);
  const where = role?.venue_id ?? (venueId || null);
  const add = () => {
    if (role && !value.some((grant) => grant.role_id === role.id && grant.venue_id === where)) onChange([...value, { role_id: role.id, name: role.name, venue_id: where }]);
    setRoleId("");
  };
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-[12.5px] font-medium text-fg2">{t("roles.title")}</legend>
      {value.map((grant, index) => (
        <div key={`${grant.role_id}${grant.venue_id ?? ""}`} className="flex items-center gap-2 rounded-[10px] border border-line2 py-1 pr-1 pl-3">
          <b className="font-semibold">{grant.name}</b>
          <span className="flex-1 text-[13px] text-fg2">{grant.venue_id === null ? t("roles.everywhere") : (me.venues.find((venue) => venue.id === grant.venue_id)?.name ?? t("roles.otherVenue"))}</span>
          <IconButton label={t("tariff.removeRate", { name: grant.name })} className="size-8" onClick={() => { onChange(value.filter((_, at) => at !== index)); }}><X size={15} /></IconButton>
        </div>
      ))}
      <div className="grid grid-cols-[1fr_1fr_auto] gap-2">
        <Select aria-label={t("roles.role")} value={roleId} onChange={(event) => { setRoleId(event.target.value); }}>
          <option value="">{t("roles.choose")}</option>
          {roles.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
        </Select>
        <Select aria-label={t("venue.switch")} value={role?.venue_id ?? venueId} disabled={role !== undefined && role.venue_id !== null} onChange={(event) => { setVenueId(event.target.value); }}>
          {me.venues.map((venue) => <option key={venue.id} value={venue.id}>{venue.name}</option>)}
          <option value="">{t("roles.everywhere")}</option>
        </Select>
        <Button disabled={!role} onClick={add}>{t("action.add")}</Button>
      </div>
    </fieldset>
  );
}
