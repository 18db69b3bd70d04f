// Builds DOM out of calls. Text is always a text node: no markup in data ever becomes markup of the page.
//
//   h("p", { class: "note", onclick: act }, "Spent ", h("b", {}, amount))
//
// props: `onevent` functions are listeners, `style` is an object of CSS properties, `key` names a child among its
// siblings for patch(), `given` is handed to a part that draws itself; everything else is an attribute
// (true: present, false, null and undefined: absent). Children that are null, undefined or false are left out.

const SVG = "http://www.w3.org/2000/svg";
// Attributes whose present state is a property once a person has touched the control.
export const STATES = new Set(["value", "checked", "selected", "open"]);

export function h(tag, props = {}, ...children) {
  return build(document.createElement(tag), props, children);
}

export function svg(tag, props = {}, ...children) {
  return build(document.createElementNS(SVG, tag), props, children);
}

function build(element, props, children) {
  for (const [name, value] of Object.entries(props ?? {})) give(element, name, value);
  element.append(...nodes(children));
  if (props?.value !== undefined && "value" in element) element.value = props.value ?? "";
  return element;
}

function give(element, name, value) {
  if (name === "key") element.key = String(value);
  else if (name === "given") element.given = value;
  else if (name === "style") style(element, value);
  else if (name.startsWith("on") && typeof value === "function") listen(element, name.slice(2), value);
  else if (value === true) element.setAttribute(name, "");
  else if (value !== false && value !== null && value !== undefined && !(name === "value" && "value" in element))
    element.setAttribute(name, String(value));
}

function style(element, properties) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value !== null && value !== undefined) element.style.setProperty(name, String(value));
  }
}

// One real listener per event; patch() swaps the function behind it.
export function listen(element, type, handler) {
  element.handlers ??= new Map();
  if (!element.handlers.has(type)) {
    element.addEventListener(type, (event) => element.handlers.get(type)?.call(element, event));
  }
  element.handlers.set(type, handler);
}

export function nodes(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : document.createTextNode(String(child))));
}
