// Switches the colours of a page and wakes its islands. After leptos/src/hydration/island_script.js (MIT), as a file of its
// own: the policy allows no inline script, and the addresses carry the hashes of the files.
const { js, wasm, reloadPort } = document.querySelector("script[data-js]").dataset;
const TOUCHES = ["pointerdown", "keydown", "input"];
const outer = [];
let wakes = false;
let channel;

async function wake(element, islands) {
  const { component } = element.dataset;
  const start = islands[component];
  if (!start) return console.warn(`no island ${component}`);
  // Islands inside the children of another find what that one provides.
  outer.at(-1)?.();
  // Who never searches loads no code for it. The island catches up on what was typed until then.
  const waits = component.startsWith("FindUserForm_") && !element.contains(document.activeElement);
  if (waits) return element.addEventListener("focusin", () => start(element), { once: true });
  await start(element);
}

async function walk(element, islands) {
  const tag = element.localName;
  if (tag === "leptos-island") await wake(element, islands);
  if (tag === "leptos-children") outer.push(element.$$on_hydrate);
  for (const child of [...element.children]) await walk(child, islands);
  if (tag === "leptos-children") outer.pop();
}

async function load() {
  const [islands, code] = await Promise.all([import(js), fetch(wasm)]);
  await islands.default({ module_or_path: code });
  return islands;
}

async function start() {
  if (wakes) return;
  wakes = true;
  for (const touch of TOUCHES) removeEventListener(touch, start, true);
  // Fails if the connection is lost or the page is left meanwhile. The page works without, and the next touch tries again.
  const islands = await load().catch(console.warn);
  if (!islands) {
    wakes = false;
    listen();
    return;
  }
  channel?.close();
  islands.hydrate();
  await walk(document.body, islands);
  document.documentElement.dataset.awake = "";
}

function listen() {
  for (const touch of TOUCHES) addEventListener(touch, start, true);
}

// What the islands of a sleeping sign-in page would do: tell the other tabs, and follow them.
function watchTabs({ next }) {
  addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
  channel = new BroadcastChannel("claviger");
  channel.postMessage('"SignedOut"');
  channel.onmessage = ({ data }) => data === '"SignedIn"' && location.assign(next);
}

// Only while cargo-leptos watches.
function watch() {
  const socket = new WebSocket(`ws://${location.hostname}:${reloadPort}/live_reload`);
  socket.onmessage = ({ data }) => {
    const { all, css, view } = JSON.parse(data);
    if (all || css || view) location.reload();
  };
  socket.onclose = () => setTimeout(watch, 1000);
}

// Switches the colours at once, and keeps what is typed on the page: the form would load it again.
document.querySelector(".switch")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const { target: form, submitter } = event;
  const { value } = submitter;
  document.documentElement.dataset.theme = value;
  document.querySelector("meta[name=color-scheme]").content = value === "system" ? "light dark" : value;
  const ground = getComputedStyle(document.body).backgroundColor;
  for (const bar of document.querySelectorAll("meta[name=theme-color]")) bar.content = ground;
  for (const button of form.querySelectorAll("button")) button.setAttribute("aria-pressed", button === submitter);
  const body = new URLSearchParams(new FormData(form, submitter));
  fetch(form.action, { method: "POST", body, redirect: "manual", keepalive: true }).catch(() => {});
});

// A reload asks again whether the browser keeps cookies.
const here = new URL(location);
if (here.searchParams.has("cookies")) {
  here.searchParams.delete("cookies");
  history.replaceState(history.state, "", here);
}

// A filter that is chosen applies at once.
document.addEventListener("change", ({ target }) => {
  if (target.matches(".filters select")) target.form.requestSubmit();
});

// "/" and Ctrl-K lead to the field that finds users, as they do on many sites.
addEventListener("keydown", (event) => {
  const { key, ctrlKey, metaKey, altKey, target } = event;
  const isTyping = target.closest?.("input, textarea, select");
  const isSlash = key === "/" && !(ctrlKey || metaKey || altKey || isTyping);
  const isK = key.toLowerCase() === "k" && (ctrlKey || metaKey) && !altKey;
  const field = (isSlash || isK) && document.querySelector("#find, .filters.all [type=search]");
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
});

// Browsers that block cookies refuse storage and channels.
function allowed(use) {
  try {
    return use();
  } catch {
    return undefined;
  }
}

const found = [...document.querySelectorAll("leptos-island")];
// Every page works without code. One that has only forms sleeps until it is used, and any page does where bytes are dear.
const { saveData, effectiveType } = navigator.connection ?? {};
const sleeps =
  (saveData ||
    /2g$/.test(effectiveType) ||
    found.every(({ dataset }) => /^(SignInTab|CarriedNotice|\w+Form)_/.test(dataset.component))) &&
  !allowed(() => sessionStorage.getItem("claviger-notice"));
if (found.length === 0) {
  // Nothing to wake.
} else if (sleeps) {
  listen();
  const tab = found.find(({ dataset }) => dataset.component.startsWith("SignInTab_"));
  if (tab) allowed(() => watchTabs(JSON.parse(tab.dataset.props)));
} else if ("requestIdleCallback" in window) {
  requestIdleCallback(start, { timeout: 200 });
} else {
  start();
}
if (reloadPort) watch();
