import { useQuery } from "@tanstack/react-query";
import { Plus, ShieldCheck, ShieldUser } from "lucide-react";
import { useState } from "react";
import type { Items, Role, User } from "@/api/types";
import { Button } from "@/components/Button";
import { type Column, DataTable } from "@/components/DataTable";
import { Avatar, Empty, Tag } from "@/components/display";
import { Field, Select } from "@/components/Field";
import { Page } from "@/components/Page";
import { SearchField } from "@/components/SearchField";
import { Tabs } from "@/components/Tabs";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { usePages } from "@/lib/query";
import { useDebounced } from "@/lib/useDebounced";
import { useFormat, usePermission } from "@/lib/venue";
import { RoleEditor } from "./RoleEditor";
import { UserEditor } from "./UserEditor";

export function UsersPage() {
  const t = useT();
  const mayUsers = usePermission("identity.users.manage");
  const mayRoles = usePermission("identity.roles.manage");
  const [tab, setTab] = useState(mayUsers ? "users" : "roles");
  const [user, setUser] = useState<User | "new" | null>(null);
  const [role, setRole] = useState<Role | "new" | null>(null);
  const roles = useQuery({ queryKey: ["/roles"], queryFn: () => api.get<Items<Role>>("/roles") });
  const roleList = roles.data?.items ?? [];
  return (
    <Page
      title={t("users.title")}
      actions={
        tab === "users" ? (
          <Button tone="primary" icon={<Plus size={15} />} onClick={() => { setUser("new"); }}>{t("users.new")}</Button>
        ) : mayRoles ? (
          <Button tone="primary" icon={<Plus size={15} />} onClick={() => { setRole("new"); }}>{t("roles.new")}</Button>
        ) : null
      }
    >
      <Tabs
        label={t("users.title")}
        value={tab}
        onChange={setTab}
        items={[
          ...(mayUsers ? [{ value: "users", label: t("nav.users"), content: <UserList roles={roleList} onOpen={setUser} /> }] : []),
          {
            value: "roles",
            label: t("roles.title"),
            content: (
              <DataTable
                label={t("roles.title")}
                rows={roleList}
                rowKey={(row) => row.id}
                source={roles}
                onRow={setRole}
                empty={<Empty icon={<ShieldCheck size={22} />} title={t("roles.none")} />}
                columns={[
                  { key: "name", header: t("roles.role"), cell: (row) => <span className="flex items-center gap-2"><b className="font-semibold">{row.name}</b>{row.built_in && <Tag tone="offline">{t("roles.builtIn")}</Tag>}</span> },
                  { key: "count", header: t("roles.permissions"), align: "right", cell: (row) => row.permissions.length },
                  { key: "users", header: t("nav.users"), align: "right", cell: (row) => row.user_count },
                ]}
              />
            ),
          },
        ]}
      />
      {user && <UserEditor user={user === "new" ? null : user} roles={roleList} onClose={() => { setUser(null); }} />}
      {role && <RoleEditor role={role === "new" ? null : role} readOnly={!mayRoles || (role !== "new" && role.built_in)} onClose={() => { setRole(null); }} />}
    </Page>
  );
}

function UserList({ roles, onOpen }: { roles: Role[]; onOpen: (user: User | "new") => void }) {
  const t = useT();
  const format = useFormat();
  const [q, setQ] = useState("");
  const [roleId, setRoleId] = useState("");
  const users = usePages<User>("/users", { q: useDebounced(q.trim()), role_id: roleId });
  const columns: Column<User>[] = [
    { key: "name", header: t("field.displayName"), cell: (row) => <span className="flex items-center gap-2.5"><Avatar name={row.display_name} size={30} /><span><b className="font-semibold">{row.display_name}</b><span className="block text-xs text-fg3">{row.email}</span></span></span> },
    { key: "roles", header: t("roles.title"), cell: (row) => row.roles.map((grant) => grant.name).join(", ") || "–" },
    { key: "twofa", header: t("users.twoFactor"), wide: true, cell: (row) => (row.totp_enabled ? <Tag tone="free">{t("users.on")}</Tag> : <span className="text-fg3">{t("users.off")}</span>) },
    { key: "state", header: t("customer.state"), wide: true, cell: (row) => (row.state === "active" ? t("users.active") : <Tag tone="broken">{t("users.disabled")}</Tag>) },
    { key: "last", header: t("users.lastSignIn"), wide: true, cell: (row) => (row.last_login_at ? format.dateTime(row.last_login_at) : "–") },
  ];
  return (
    <>
      <div className="mb-3 flex flex-wrap gap-2">
        <SearchField label={t("users.search")} value={q} onChange={setQ} className="w-72 max-sm:w-full" />
        <Field label={t("roles.role")} hideLabel className="w-44">
          <Select value={roleId} onChange={(event) => { setRoleId(event.target.value); }}>
            <option value="">{t("roles.all")}</option>
            {roles.map((role) => <option key={role.id} value={role.id}>{role.name}</option>)}
          </Select>
        </Field>
      </div>
      <DataTable label={t("nav.users")} columns={columns} rows={users.items} rowKey={(row) => row.id} source={users} onRow={onOpen} muted={(row) => row.state === "disabled"} empty={<Empty icon={<ShieldUser size={22} />} title={t("users.none")} />} />
    </>
  );
}
