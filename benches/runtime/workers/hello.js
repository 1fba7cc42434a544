// The least a worker can be.
export default {
  fetch() {
    return new Response("hello");
  },
};
