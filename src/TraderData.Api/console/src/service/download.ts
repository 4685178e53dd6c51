import { request } from './api';

/** Fetches a file with the key, which a plain link could not send, and gives it to the browser to save. */
export async function download(path: string, name: string): Promise<void> {
  const address = URL.createObjectURL(await (await request(path)).blob());
  const link = document.createElement('a');
  [link.href, link.download] = [address, name];
  document.body.append(link);
  link.click();
  link.remove();
  // The browser reads it after the click has returned.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
