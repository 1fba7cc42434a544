// What Cloudflare does every two minutes, on demand.
export default {
  async fetch(_request, env) {
    return Response.json(await env.MAIN.scheduled({ scheduledTime: new Date(), cron: "*/2 * * * *" }));
  },
};
