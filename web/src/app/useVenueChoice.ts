import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Venue } from "@/api/types";
import { api } from "@/lib/http";
import { useMe } from "@/lib/session";

const STORED = "gameops.venue";

/** The venue at work: the last one chosen here, else the first the person belongs to. */
export function useVenueChoice() {
  const me = useMe();
  const [wish, setWish] = useState(() => localStorage.getItem(STORED));
  const ids = [...me.venues.map((venue) => venue.id), ...me.customer_of.map((entry) => entry.venue_id)];
  const venueId = ids.find((id) => id === wish) ?? ids[0] ?? null;
  const query = useQuery({
    queryKey: ["venue", venueId],
    queryFn: () => api.get<Venue>(`/venues/${venueId ?? ""}`),
    enabled: venueId !== null,
    staleTime: 60_000,
  });
  return {
    query,
    venues: me.venues,
    choose: (id: string) => {
      localStorage.setItem(STORED, id);
      setWish(id);
    },
  };
}
