// A D1 whose calls take a millisecond more and run one after another, as a database of Cloudflare's runs them.

export class Queue {
  #last = Promise.resolve();

  constructor(_state, env) {
    this.env = env;
  }

  fetch(request) {
    const answer = this.#last.then(() => this.#call(request));
    this.#last = answer.catch(() => {});
    return answer;
  }

  async #call(request) {
    await scheduler.wait(1);
    const answer = await this.env.D1.fetch(request);
    // Read to its end, so that the next call begins after this one.
    return new Response(await answer.arrayBuffer(), answer);
  }
}

export default {
  fetch(request, env) {
    return env.QUEUE.get(env.QUEUE.idFromName("db")).fetch(request);
  },
};
