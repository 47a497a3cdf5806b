/* global SwaggerUIBundle */
window.addEventListener("load", function () {
  SwaggerUIBundle({ url: "/api/v1/openapi.json", dom_id: "#swagger-ui", deepLinking: true });
});
