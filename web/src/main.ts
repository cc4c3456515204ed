/** Starts the page: access, person, texts, routes. */
import { createApp } from "vue";
import { provideAccess } from "./app/access";
import AppRoot from "./app/AppRoot.vue";
import { openMe, provideMe } from "./app/me";
import { createRoutes } from "./app/routes";
import { createTexts } from "./i18n";
import "./ui/element";
import "./styles/tokens.css";
import "./styles/base.css";

const app = createApp(AppRoot);
// Access first: it takes the token out of the address before the routes read it.
const me = openMe(provideAccess(app));
provideMe(app, me);
app.use(createTexts()).use(createRoutes(me)).mount("#app");
