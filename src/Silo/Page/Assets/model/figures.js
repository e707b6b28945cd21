// Numbers as people read them, as in the terminal and the report (src/Terminal/Figures.cs).
export const none = "–";

export const percent = fraction => fixed(100 * fraction, 2, "%");

export const points = value => fixed(value, 2);

export const ratio = value => fixed(value, 2, "×");

export const milliseconds = ms => {
  const size = Math.abs(ms);
  return fixed(ms, size < 0.9995 ? 3 : size < 9.995 ? 2 : size < 999.95 ? 1 : 0);
};

/** A smaller divergence is the rounding of sums. */
export const leastNats = 1e-12;

export const nats = kl => {
  const size = Math.abs(kl);
  return size < leastNats ? "0" : size < 1e-4 ? kl.toExponential(1) : fixed(kl, size < 1e-3 ? 5 : size < 0.1 ? 4 : 3);
};

export const decibels = db => fixed(db, 1);

export const bytes = count =>
  count < 1e3 ? `${count} B` : count < 1e6 ? fixed(count / 1e3, 1, " kB")
    : count < 1e9 ? fixed(count / 1e6, 2, " MB") : fixed(count / 1e9, 2, " GB");

/** Seconds as a clock: "--:--" where they are not known, "mm:ss", from an hour on "h:mm:ss". */
export const clock = seconds => {
  if (seconds === undefined) return "--:--";
  const whole = Math.max(0, Math.ceil(seconds));
  const two = part => `${part}`.padStart(2, "0");
  const clockFace = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return whole < 3600 ? clockFace : `${Math.floor(whole / 3600)}:${clockFace}`;
};

/** "12.3 s", "04:05", "3 days". */
export const duration = seconds =>
  seconds === undefined ? none : seconds < 60 ? fixed(Math.max(0, seconds), 1, " s")
    : seconds < 172_800 ? clock(seconds) : `${Math.floor(seconds / 86_400)} days`;

/** "12:34:56Z" of a time of protobuf's JSON. */
export const timeOfDay = time => time ? `${new Date(time).toISOString().slice(11, 19)}Z` : none;

export const dayAndTime = time => time ? `${new Date(time).toISOString().slice(0, 19).replace("T", " ")}Z` : none;

/** Seconds of a duration of protobuf's JSON ("1.5s"), or undefined. */
export const secondsOf = text => text === undefined ? undefined : Number.parseFloat(text);

/** Seconds since a time of protobuf's JSON, or undefined. */
export const since = time => time === undefined ? undefined : (Date.now() - Date.parse(time)) / 1000;

function fixed(value, digits, unit = "") {
  if (!Number.isFinite(value)) return none;
  // Halves go up, as in the terminal.
  const text = (value + Math.sign(value) * 1e-10).toFixed(digits);
  // Rounding turns a tiny negative number into "-0.00", whose sign would mislead.
  return (Number(text) === 0 ? text.replace("-", "") : text) + unit;
}
