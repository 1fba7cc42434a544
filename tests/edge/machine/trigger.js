// Runs the cron trigger on demand, as Cloudflare does every two minutes.
export default {
  async fetch(_request, env) {
    return Response.json(await env.MAIN.scheduled({ scheduledTime: new Date(), cron: "*/2 * * * *" }));
  },
};
