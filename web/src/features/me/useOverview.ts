import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { MyOverview } from "@/api/types";
import { api } from "@/lib/http";
import { useVenue } from "@/lib/venue";
import { link } from "@/lib/ws";

/** Everything of the signed-in customer; a live frame on the "me" topic makes it fresh at once. */
export function useOverview() {
  const venue = useVenue();
  const client = useQueryClient();
  useEffect(() => {
    let first = true;
    const refresh = () => {
      if (!first) void client.invalidateQueries({ queryKey: ["me"] });
      first = false;
    };
    return link.subscribe("me", { snapshot: refresh, delta: refresh });
  }, [client]);
  return useQuery({
    queryKey: ["me", "overview", venue.id],
    queryFn: () => api.get<MyOverview>("/me/overview", { venue_id: venue.id }),
    initialData: () => client.getQueryData<MyOverview>(["me", "overview", "mine", venue.id]) ?? client.getQueryData<MyOverview>(["me", "overview", "mine", undefined]),
    refetchInterval: 60_000,
  });
}
