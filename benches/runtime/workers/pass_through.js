// The least that a gateway has to do: the real token in the place of the caller's.
export default {
  fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    searchParams.set("access_token", env.ACCESS_TOKEN);
    return fetch(`${env.UPSTREAM}${pathname}?${searchParams}`, request);
  },
};
