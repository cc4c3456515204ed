// Puts the agent's desk into a page of the operator's own (docs/embedding.md):
//   <script src="https://hotline.example/embed.js" data-agent-id="1024" data-height="720px"></script>
// The panel's messages arrive as `hotline` events on `window`; `window.hotlineDesk.signIn(token)` opens a protected server.
(() => {
  "use strict";
  const script = document.currentScript;
  const server = new URL(script.src).origin;
  const address = new URL("/embed/desk", server);
  if (script.dataset.agentId) address.searchParams.set("agent_id", script.dataset.agentId);

  const panel = document.createElement("iframe");
  panel.src = address.href;
  panel.title = script.dataset.title || "热线助手";
  panel.allow = "microphone; clipboard-write";
  panel.style.border = "0";
  panel.style.width = script.dataset.width || "100%";
  panel.style.height = script.dataset.height || "720px";
  script.after(panel);

  window.addEventListener("message", ({ source, origin, data }) => {
    if (source !== panel.contentWindow || origin !== server) return;
    if (typeof data?.type !== "string" || !data.type.startsWith("hotline.")) return;
    window.dispatchEvent(new CustomEvent("hotline", { detail: data }));
  });
  const tell = (message) => panel.contentWindow.postMessage(message, server);
  window.hotlineDesk = {
    signIn: (token) => tell({ type: "hotline.sign_in", token }),
    openCall: (callId) => tell({ type: "hotline.open_call", call_id: callId }),
  };
})();
