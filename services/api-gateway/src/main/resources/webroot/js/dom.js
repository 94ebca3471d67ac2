// @ts-check
/** Elements from names, properties and children. Children are nodes or text, never markup: nothing that a stream is called can become script. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === 'class') element.className = value;
    else if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children.filter(child => child !== null));
  return element;
}

/** @param {string} id */
export const byId = id => /** @type {HTMLElement} */ (document.getElementById(id));

/** Sets text only when it changed, so that readers of screens are not woken for nothing. */
export function text(element, value) {
  if (element.textContent !== value) element.textContent = value;
}

/** @param {string | number} stamp */
export const timeOfDay = stamp => new Date(stamp).toLocaleTimeString(undefined, { hourCycle: 'h23' });

/** Colours of the page's present scheme, for canvases. */
export function colours() {
  const style = getComputedStyle(document.documentElement);
  const of = name => style.getPropertyValue(name).trim();
  return {
    ink: of('--ink'), muted: of('--muted'), grid: of('--grid'), line: of('--line'), marker: of('--marker'), gap: of('--gap'), card: of('--card'),
    traces: Array.from({ length: 8 }, (_, i) => of(`--t${i}`)),
  };
}
