// How numbers, times and sizes are written.

const MICRO = '\u00b5s';
const MINUS = '\u2212';
const DOT = '\u00b7';
const ARROW = '\u2192';
const DASH = '\u2013';

const NUMBERS = new Intl.NumberFormat('en-US');

function count(number) {
  return NUMBERS.format(number);
}

function plural(number, one, several) {
  return count(number) + ' ' + (number === 1 ? one : several);
}

// Three digits that matter, so that numbers in a column can be compared at a glance.
function digits(value) {
  return value >= 99.95 ? value.toFixed(0) : value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}

function duration(nanos) {
  if (nanos < 0) {
    return MINUS + duration(-nanos);
  }
  if (nanos < 1e3) {
    return Math.round(nanos) + ' ns';
  }
  if (nanos < 999.5e3) {
    return digits(nanos / 1e3) + ' ' + MICRO;
  }
  if (nanos < 999.5e6) {
    return digits(nanos / 1e6) + ' ms';
  }
  if (nanos < 120e9) {
    return digits(nanos / 1e9) + ' s';
  }
  const seconds = Math.round(nanos / 1e9);
  const minutes = Math.floor(seconds / 60);
  return minutes < 120
    ? minutes + ' min ' + (seconds % 60) + ' s'
    : Math.floor(minutes / 60) + ' h ' + (minutes % 60) + ' min';
}

// Since the beginning of the trace, to the microsecond.
function offset(nanos) {
  return (nanos / 1e9).toFixed(6);
}

// A tick of an axis whose ticks are this far apart: in the unit of the time, with as many digits as tell it from the next.
function tick(nanos, step) {
  const units = [[1e9, 's'], [1e6, 'ms'], [1e3, MICRO], [1, 'ns']];
  const [unit, name] = units.find(([length]) => Math.max(nanos, step) >= length) || units[3];
  const fraction = Math.max(0, Math.ceil(-Math.log10(step / unit) - 1e-9));
  return (nanos / unit).toFixed(Math.min(fraction, 9)) + ' ' + name;
}

function size(bytes) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let unit = 0;
  let value = bytes;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return (unit === 0 ? count(value) : digits(value)) + ' ' + units[unit];
}

function percent(part, whole) {
  if (whole === 0 || part === 0) {
    return '0 %';
  }
  const value = 100 * part / whole;
  return value < 0.1 ? '< 0.1 %' : digits(value).replace(/\.0+$/, '') + ' %';
}

// Day and time of day, to the microsecond, in the zone of the machine that was traced.
function clock(epochNanos, zone) {
  const millis = Number(epochNanos / 1000000n);
  const micros = String(epochNanos / 1000n % 1000000n).padStart(6, '0');
  const options = {
    year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
    hourCycle: 'h23', timeZoneName: 'longOffset',
  };
  let format;
  try {
    format = new Intl.DateTimeFormat('en-US', {...options, timeZone: zone});
  } catch {
    format = new Intl.DateTimeFormat('en-US', {...options, timeZone: 'UTC'});
  }
  const part = Object.fromEntries(format.formatToParts(millis).map(({type, value}) => [type, value]));
  const shift = part.timeZoneName.replace('GMT', '') || '+00:00';
  return `${part.year}-${part.month}-${part.day} ${part.hour}:${part.minute}:${part.second}.${micros} ${shift}`;
}

// A name that a program chose, with nothing in it that a reader cannot see or that turns the text around: as \200 what is no
// character, as \u202e what is none to be seen.
function shown(text) {
  return text.replace(/[\ud800-\udfff]/gu, lone => {
    const byte = lone.charCodeAt(0) - 0xdc00;
    return byte >= 0x80 && byte <= 0xff ? '\\' + byte.toString(8) : '\ufffd';
  }).replace(/[\0-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, one =>
    ({'\n': '\\n', '\t': '\\t', '\r': '\\r'}[one] || '\\u' + one.charCodeAt(0).toString(16).padStart(4, '0')));
}
