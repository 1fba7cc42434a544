// Which fault applies to a request, by the orders and the probabilities that `faults.js` describes.

export function chosen({ orders }, text) {
  for (const order of orders) {
    if (!text.includes(order.on)) continue;
    if (order.skip > 0) {
      order.skip -= 1;
    } else if (order.times > 0) {
      order.times -= 1;
      return order.how;
    }
  }
  return null;
}

export function chance({ chaos }) {
  if (!chaos) return null;
  let left = Math.random();
  if ((left -= chaos.refuse) < 0) return "refuse";
  if ((left -= chaos.lose) < 0) return "lose";
  if ((left -= chaos.slow) < 0) return chaos.wait;
  return null;
}
