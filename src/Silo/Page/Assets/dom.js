// Elements by name, without markup: text stays text.
const svgSpace = "http://www.w3.org/2000/svg";

/** An element of HTML: attributes (on… are listeners, null leaves one out), then children or text. */
export const h = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);

/** An element of SVG. */
export const s = (tag, attributes = {}, ...children) => fill(document.createElementNS(svgSpace, tag), attributes, children);

/** Replaces what an element has where it is not the same text. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Tells screen readers about a change that others see. */
export const announce = sentence => say(document.getElementById("said"), sentence);

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, typeof value === "number" ? `${Math.round(value * 100) / 100}` : value === true ? "" : value);
  }
  element.append(...children.flat().filter(child => child !== null && child !== undefined));
  return element;
}
