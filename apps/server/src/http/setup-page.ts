/**
 * The page behind the one-time link where the portal was not built: it makes the first administrator. The secret is after the `#`, which
 * browsers send nowhere.
 */
import type { FastifyInstance, FastifyReply } from 'fastify';

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>First administrator – ImSim On Demand</title>
<link rel="stylesheet" href="/setup/style.css">
</head>
<body>
<main>
<h1>First administrator</h1>
<p>Nobody administers this service yet. The account that you make here can make others. The link works once.</p>
<form id="form">
<label>Name <input id="name" autocomplete="username" required pattern="[a-z][a-z0-9._\\-]{1,62}"
 title="2 to 63 of a-z, 0-9, point, hyphen and underscore, first a letter" autofocus></label>
<label>Password <input id="password" type="password" autocomplete="new-password" required minlength="12"></label>
<label>Password again <input id="again" type="password" autocomplete="new-password" required></label>
<button>Make the account</button>
</form>
<p id="answer" role="status" aria-live="polite"></p>
</main>
<script src="/setup/script.js"></script>
</body>
</html>
`;

const STYLE = `:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0; display: grid; place-items: center; min-height: 100vh; }
main { width: min(26rem, 92vw); }
form { display: grid; gap: 1rem; }
label { display: grid; gap: .25rem; }
input, button { font: inherit; padding: .5rem .6rem; border: 1px solid GrayText; border-radius: .3rem; }
button { cursor: pointer; font-weight: 600; }
:focus-visible { outline: 3px solid Highlight; outline-offset: 1px; }
.bad { color: light-dark(#a40000, #ff9a9a); }
`;

const SCRIPT = `const form = document.getElementById('form');
const answer = document.getElementById('answer');
const tell = (text, bad) => { answer.textContent = text; answer.className = bad ? 'bad' : ''; };
if (location.hash.length < 2) tell('This link is not whole: it ends in # and a secret, as the service printed it.', true);
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const value = (id) => document.getElementById(id).value;
  if (value('password') !== value('again')) return tell('The two passwords differ.', true);
  tell('Making the account…');
  try {
    const response = await fetch('/api/v1/setup', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ secret: location.hash.slice(1), name: value('name'), password: value('password') }),
    });
    const body = await response.json();
    if (!response.ok) return tell(body.detail, true);
    form.hidden = true;
    tell('Done: ' + body.name + ' administers this service. On the command line: imsim-od login ' + location.origin + ' --name ' + body.name);
    history.replaceState(null, '', '/setup');
  } catch (error) {
    tell('The service does not answer. Is it still running?', true);
  }
});
`;

const NO_PORTAL = (docs: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>ImSim On Demand</title>
<link rel="stylesheet" href="/setup/style.css">
</head>
<body>
<main>
<h1>The portal is not built</h1>
<p>The service runs, and everything works but its pages. To build them, in its folder: <code>make build</code>, and start it anew.</p>
<p>Meanwhile there are the command line, <code>npx imsim-od --help</code>, and <a href="${docs}">the API</a>.</p>
</main>
</body>
</html>
`;

/** Answers `/setup`, and at `/` says that the portal is not built. */
export function serveSetupPage(app: FastifyInstance, docs: string): void {
  const options = { config: { policy: 'public' as const }, schema: { hide: true } };
  const send = (type: string, text: string) => async (_request: unknown, reply: FastifyReply) =>
    reply.type(`${type}; charset=utf-8`).send(text);
  app.get('/setup', options, send('text/html', PAGE));
  app.get('/setup/style.css', options, send('text/css', STYLE));
  app.get('/setup/script.js', options, send('text/javascript', SCRIPT));
  app.get('/', options, send('text/html', NO_PORTAL(docs)));
}
