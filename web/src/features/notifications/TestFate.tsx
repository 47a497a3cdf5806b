import { useQueries } from "@tanstack/react-query";
import { CircleAlert, CircleCheck, CirclePause, LoaderCircle } from "lucide-react";
import { useState } from "react";
import type { Delivery } from "@/api/notify";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { orToast, useAction } from "@/lib/useAction";
import { explanationOf } from "./explain";
import { isOver } from "./states";

/** A test is a real delivery: it is queued, sent and logged like every other. */
export function useTest(channelId: string) {
  const action = useAction();
  const [deliveries, setDeliveries] = useState<Delivery[] | null>(null);
  return {
    deliveries,
    busy: action.busy,
    start: () =>
      action.run(async () => {
        const answer = await orToast(api.post<{ deliveries: Delivery[] }>(`/notify/channels/${channelId}/test`));
        setDeliveries(answer.deliveries);
      }),
  };
}

/** What becomes of a test, followed until it is known. */
export function Fate({ deliveries }: { deliveries: Delivery[] }) {
  const t = useT();
  const followed = useQueries({
    queries: deliveries.map((delivery) => ({
      queryKey: ["/notify/deliveries", "one", delivery.id],
      queryFn: () => api.get<Delivery>(`/notify/deliveries/${delivery.id}`),
      initialData: delivery,
      initialDataUpdatedAt: 0,
      refetchInterval: ({ state }: { state: { data: Delivery | undefined } }) => (state.data && isOver(state.data.state) ? false : 700),
    })),
  });
  if (deliveries.length === 0) return <p role="status" className="rounded-[10px] bg-s3 px-3 py-2 text-[13px]">{t("channels.test.nobody")}</p>;
  return (
    <ul role="status" className="flex flex-col gap-1.5 rounded-[10px] bg-s3 px-3 py-2 text-[13px]">
      {followed.map(({ data }, index) => <FateLine key={deliveries[index]?.id} delivery={data} />)}
    </ul>
  );
}

function FateLine({ delivery }: { delivery: Delivery }) {
  const t = useT();
  const icon = {
    sent: <CircleCheck size={16} className="text-free" aria-hidden />,
    dead: <CircleAlert size={16} className="text-broken" aria-hidden />,
    held: <CirclePause size={16} className="text-paused" aria-hidden />,
    discarded: <CirclePause size={16} className="text-offline" aria-hidden />,
    queued: <LoaderCircle size={16} className="animate-spin text-fg3" aria-hidden />,
    sending: <LoaderCircle size={16} className="animate-spin text-fg3" aria-hidden />,
  }[delivery.state];
  const last = delivery.attempts.at(-1);
  return (
    <li className="flex items-start gap-2">
      <span className="mt-0.5 shrink-0">{icon}</span>
      <span className="min-w-0">
        {delivery.recipient && <b className="num mr-1.5 font-semibold">{delivery.recipient.to}</b>}
        {delivery.state === "sent" && last ? t("channels.test.sent", { ms: last.ms }) : explanationOf(delivery, t)}
      </span>
    </li>
  );
}
