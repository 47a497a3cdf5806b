/** Routes of the contract that the generated schema does not hold. */
import "./schema";

interface Route {
  responses: unknown;
}
declare module "./schema" {
  interface paths {
    "/api/v1/alerts/communities": { get: Route; post: Route };
    "/api/v1/alerts/communities/{id}": { get: Route; patch: Route };
    "/api/v1/alerts/communities/{id}/sources": { get: Route; post: Route };
    "/api/v1/alerts/sources/{id}": { delete: Route };
    "/api/v1/alerts/protocols": { get: Route };
    "/api/v1/alerts/servers": { get: Route; post: Route };
    "/api/v1/alerts/servers/{id}": { get: Route; patch: Route; delete: Route };
    "/api/v1/alerts/servers/{id}/poll": { post: Route };
    "/api/v1/alerts/servers/probe": { post: Route };
    "/api/v1/alerts/servers/bulk": { post: Route };
    "/api/v1/alerts/servers/{id}/history": { get: Route };
    "/api/v1/alerts/events": { get: Route };
    "/api/v1/alerts/rules": { get: Route; post: Route };
    "/api/v1/alerts/rules/{id}": { get: Route; patch: Route; delete: Route };
    "/api/v1/alerts/rules/{id}/test": { post: Route };
    "/api/v1/alerts/rules/preview": { post: Route };
    "/api/v1/alerts/maintenance": { get: Route; post: Route };
    "/api/v1/alerts/maintenance/{id}": { delete: Route };
    "/api/v1/notify/kinds": { get: Route };
    "/api/v1/notify/channels": { get: Route; post: Route };
    "/api/v1/notify/channels/{id}": { get: Route; patch: Route; delete: Route };
    "/api/v1/notify/channels/{id}/test": { post: Route };
    "/api/v1/notify/recipients": { get: Route; post: Route };
    "/api/v1/notify/recipients/{id}": { patch: Route; delete: Route };
    "/api/v1/notify/recipients/{id}/code": { post: Route };
    "/api/v1/notify/recipients/{id}/confirm": { post: Route };
    "/api/v1/notify/deliveries": { get: Route };
    "/api/v1/notify/deliveries/{id}": { get: Route; delete: Route };
    "/api/v1/notify/deliveries/{id}/retry": { post: Route };
    "/api/v1/notify/deliveries/retry": { post: Route };
    "/api/v1/notify/topics": { get: Route };
    "/api/v1/notify/topics/{topic}": { put: Route };
    "/api/v1/me/notifications": { get: Route; post: Route };
    "/api/v1/me/notifications/{id}": { patch: Route; delete: Route };
    "/api/v1/me/notifications/{id}/code": { post: Route };
    "/api/v1/me/notifications/{id}/confirm": { post: Route };
    "/api/v1/me/notifications/push": { post: Route };
  }
}
