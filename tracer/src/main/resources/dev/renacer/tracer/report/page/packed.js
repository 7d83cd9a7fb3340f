// Unpacks what the page carries: base64 in elements that a browser does not run, compressed.

const UTF8 = new TextDecoder();

function bytesOf(base64) {
  if (Uint8Array.fromBase64) {
    return Uint8Array.fromBase64(base64);
  }
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) {
    bytes[at] = text.charCodeAt(at);
  }
  return bytes;
}

async function inflated(bytes) {
  // Written to it directly: a Blob would travel to another process and back.
  const {readable, writable} = new DecompressionStream('deflate');
  const writer = writable.getWriter();
  const written = writer.write(bytes).then(() => writer.close());
  const unpacked = new Response(readable).arrayBuffer();
  // What is damaged fails on both sides; it is told once.
  written.catch(() => {});
  return new Uint8Array(await unpacked);
}

function lines(bytes) {
  const all = UTF8.decode(bytes).split('\n');
  all.pop();
  return all;
}

// The lines of all elements of a class; those are short, and not compressed.
function textsOf(name) {
  return [...document.querySelectorAll('script.' + name)].flatMap(element => lines(bytesOf(element.textContent)));
}

// What a reader should know of the trace beside the calls: names and values.
function factsOf() {
  return Object.fromEntries(textsOf('facts').map(line => [line.slice(0, line.indexOf('\t')), line.slice(line.indexOf('\t') + 1)]));
}

// The document in an element of this class.
async function documentOf(name) {
  const element = document.querySelector('script.' + name);
  if (element === null) {
    throw new Error('the file was cut: its data is missing');
  }
  const text = UTF8.decode(await inflated(bytesOf(element.textContent)));
  element.remove();
  return JSON.parse(text);
}
