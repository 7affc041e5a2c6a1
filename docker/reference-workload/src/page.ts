import { html } from "hono/html";
import { describeState, type CheckedLink, type HealthReport } from "./health.ts";

const style = `
  :root { color-scheme: light dark; --ink: #1c2430; --soft: #5d6b7c; --card: #fff; --ground: #eef2f7; --line: #dde4ec }
  @media (prefers-color-scheme: dark) {
    :root { --ink: #e8edf3; --soft: #9aa8b8; --card: #1b222c; --ground: #11161d; --line: #2b3542 }
  }
  * { box-sizing: border-box; margin: 0 }
  body { min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--ground);
         color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
  main { width: min(38rem, 100%); padding: 2rem; background: var(--card); border: 1px solid var(--line);
         border-radius: 1rem; box-shadow: 0 1rem 3rem rgb(0 0 0 / .08) }
  h1 { font-size: 1.9rem; letter-spacing: -.02em }
  p { color: var(--soft) }
  table { width: 100%; margin: 1.5rem 0 0; border-collapse: collapse }
  td { padding: .6rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere }
  td:first-child { font-weight: 600; padding-right: 1rem; white-space: nowrap }
  td:last-child::before { content: ""; display: inline-block; width: .6rem; height: .6rem; margin-right: .5rem;
                          border-radius: 50%; background: #9aa8b8 }
  .healthy td:last-child::before, .connected td:last-child::before { background: #1a9c5b }
  .degraded td:last-child::before { background: #d99a1c }
  .unhealthy td:last-child::before, .unreachable td:last-child::before { background: #d0393b }`;

/** The page of a frontend: one self-contained document that fetches nothing. */
export function renderPage(title: string, report: HealthReport, links: readonly CheckedLink[]) {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>
          ${style}
        </style>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          <p>${report.service} · version ${report.version}</p>
          <table>
            <tr class="${report.status}">
              <td>this service</td>
              <td>${report.status}</td>
            </tr>
            ${links.map(
              (link) =>
                html`<tr class="${link.state.kind}">
                  <td>${link.name}</td>
                  <td>${describeState(link.state)}</td>
                </tr>`,
            )}
          </table>
        </main>
      </body>
    </html>`;
}
