/** The nonce that the server gave this page's styles, under its Content-Security-Policy. */

declare global {
  interface Window {
    /** Where components look that add a style of their own (get-nonce). */
    __webpack_nonce__?: string;
  }
}

/** The nonce; empty where the page came without a policy, as in development. */
export function pageNonce(): string {
  const meta = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]');
  return meta?.nonce ?? '';
}

/** Tells it to components that look for it by themselves. */
export function announceNonce(): void {
  window.__webpack_nonce__ = pageNonce();
}
