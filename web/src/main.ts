/** Starts the page: texts, routes, theme. */
import { createApp } from "vue";
import { accessPlugin } from "./app/access";
import { mePlugin } from "./app/me";
import AppRoot from "./app/AppRoot.vue";
import { createRoutes } from "./app/routes";
import { createTexts } from "./i18n";
import "./ui/element";
import "./styles/tokens.css";
import "./styles/base.css";

// Access first: it takes the token out of the address before the routes read it.
createApp(AppRoot).use(accessPlugin).use(mePlugin).use(createTexts()).use(createRoutes()).mount("#app");
