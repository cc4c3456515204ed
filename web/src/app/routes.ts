/** Which address shows which screen; each is a chunk of its own. */
import { createRouter, createWebHistory } from "vue-router";
import AppShell from "./AppShell.vue";
import type { Me } from "./me";
import { pagesFor } from "./pages";

export function createRoutes(me: Me) {
  const router = createRouter({
    history: createWebHistory(),
    routes: [
      { path: "/", redirect: { name: "desk" } },
      { path: "/login", name: "login", component: () => import("./LoginPage.vue") },
      { path: "/embed/desk", name: "embed", component: () => import("@/embed/EmbeddedDesk.vue") },
      {
        path: "/",
        component: AppShell,
        children: [
          { path: "desk", name: "desk", component: () => import("@/desk/AgentDesk.vue") },
          { path: "floor", name: "floor", component: () => import("@/floor/FloorPage.vue") },
          { path: "tickets", name: "tickets", component: () => import("@/tickets/TicketsPage.vue") },
          { path: "qa", name: "qa", component: () => import("@/qa/QaPage.vue") },
          { path: "calls/:id", name: "call", component: () => import("@/calls/CallPage.vue"), props: true },
          { path: ":rest(.*)*", name: "nowhere", component: () => import("./NoPage.vue") },
        ],
      },
    ],
  });
  router.beforeEach(async (to) => {
    if (me.standing.value === "unknown") await me.load();
    const isIn = me.standing.value !== "stranger" && me.person.value?.mustChangePassword !== true;
    const first = me.standing.value === "person" ? pagesFor(me.person.value?.may ?? {})[0] : undefined;
    // The bare address leads to the first page that this person works on.
    if (isIn && to.redirectedFrom?.path === "/" && first && to.name !== first) return { name: first };
    if (isIn || to.name === "login" || to.name === "embed") return true;
    return { name: "login", query: { next: to.fullPath } };
  });
  return router;
}
