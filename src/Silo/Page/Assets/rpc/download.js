// A file of a job, saved by the browser: it comes by a call like any other, so that it needs the same token.
import { CallError, codes, stream } from "./call.js";

/** @param file an artefact of the contract. */
export async function download(file, signal) {
  const parts = [];
  let size = 0;
  for await (const { chunk } of stream(`artefacts/${file.sha256}:download`, {}, signal)) {
    if (chunk === undefined) continue;
    const bytes = Uint8Array.from(atob(chunk), letter => letter.charCodeAt(0));
    parts.push(bytes);
    size += bytes.length;
  }
  if (size !== Number(file.sizeBytes ?? 0)) throw new CallError(codes.dataLoss, `${file.role} came with ${size} of ${file.sizeBytes} bytes.`);
  const address = URL.createObjectURL(new Blob(parts));
  const link = document.createElement("a");
  [link.href, link.download] = [address, last(file.role)];
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), keep);
}

// Browsers begin to save at once; some ask for the place first.
const keep = 60_000;

const last = role => role.slice(role.lastIndexOf("/") + 1);
