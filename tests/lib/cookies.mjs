// cookies.mjs -- the cookies that an answer sets, each as "name=value; Path=/; ...".

// Debian's Node 18 has no Headers.getSetCookie. Trellis sets one cookie in an answer at most.
export function cookiesSet(headers) {
  const cookie = headers.get('set-cookie');
  return cookie === null ? [] : [cookie];
}
