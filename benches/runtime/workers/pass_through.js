// A minimal gateway, which only replaces the caller's token with the real one.
export default {
  fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    searchParams.set("access_token", env.ACCESS_TOKEN);
    return fetch(`${env.UPSTREAM}${pathname}?${searchParams}`, request);
  },
};
