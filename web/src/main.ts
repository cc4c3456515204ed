/** Starts the page: texts, routes, theme. */
import { createApp } from "vue";
import AppRoot from "./app/AppRoot.vue";
import { createRoutes } from "./app/routes";
import { createTexts } from "./i18n";
import "./ui/element";
import "./styles/tokens.css";
import "./styles/base.css";

createApp(AppRoot).use(createTexts()).use(createRoutes()).mount("#app");
