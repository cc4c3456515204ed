/** Which address shows which screen; each is a chunk of its own. */
import { createRouter, createWebHistory } from "vue-router";
import AppShell from "./AppShell.vue";

export function createRoutes() {
  return createRouter({
    history: createWebHistory(),
    routes: [
      { path: "/", redirect: { name: "desk" } },
      {
        path: "/",
        component: AppShell,
        children: [
          { path: "desk", name: "desk", component: () => import("@/desk/AgentDesk.vue") },
          { path: "qa", name: "qa", component: () => import("@/qa/QaPage.vue") },
          { path: "calls/:id", name: "call", component: () => import("@/calls/CallPage.vue"), props: true },
          { path: ":rest(.*)*", name: "nowhere", component: () => import("./NoPage.vue") },
        ],
      },
    ],
  });
}
