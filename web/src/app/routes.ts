/** Which address shows which screen. */
import { createRouter, createWebHistory } from "vue-router";

export function createRoutes() {
  return createRouter({
    history: createWebHistory(),
    routes: [
      { path: "/", redirect: { name: "desk" } },
      { path: "/desk", name: "desk", component: () => import("@/desk/AgentDesk.vue") },
      { path: "/:rest(.*)*", name: "nowhere", component: () => import("./NoPage.vue") },
    ],
  });
}
