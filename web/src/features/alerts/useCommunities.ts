import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Community } from "@/api/alerts";
import type { Items } from "@/api/types";
import { api } from "@/lib/http";

const STORED = "gameops.community";

export function useCommunities() {
  const query = useQuery({ queryKey: ["/alerts/communities"], queryFn: () => api.get<Items<Community>>("/alerts/communities"), staleTime: 30_000 });
  return { query, communities: query.data?.items ?? [] };
}

/** The community at work, kept for the next visit; none means all of them. */
export function useCommunityChoice() {
  const { query, communities } = useCommunities();
  const [wish, setWish] = useState(() => localStorage.getItem(STORED) ?? "");
  const chosen = communities.find((one) => one.id === wish) ?? null;
  return {
    query,
    communities,
    chosen,
    choose: (id: string) => {
      localStorage.setItem(STORED, id);
      setWish(id);
    },
  };
}
