//! The load generator: a second process that sends a fixed number of prepared requests and checks every response.

use std::io;
use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::http::{Answer, Connection};
use crate::traffic::{Maker, Prepared, Traffic};

/// The deadline, after which no further requests are sent.
pub(crate) const LIMIT: Duration = Duration::from_mins(1);

/// The instructions to the load generator.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Order {
    pub(crate) port: u16,
    pub(crate) traffic: Traffic,
    /// The contestant answers every request with a constant.
    pub(crate) answers_constant: bool,
    pub(crate) credential: String,
    pub(crate) requests: usize,
    pub(crate) connections: usize,
}

/// The report of the load generator if every response was correct.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Report {
    /// The time from the first request to the last response.
    pub(crate) seconds: f64,
}

/// Prepares all requests, sends them, and checks the responses afterwards, so that only sending is measured.
pub(crate) fn run(order: &Order) -> Result<Report, String> {
    let maker = Maker::new(order.traffic, order.answers_constant, &order.credential)?;
    let shares = prepare(&maker, order)?;
    let started = Instant::now();
    let answered = thread::scope(|scope| {
        let running: Vec<_> =
            shares.iter().map(|share| scope.spawn(|| send(order.port, share, started))).collect();
        running
            .into_iter()
            .map(|share| share.join().map_err(|_| "a connection's thread panicked"))
            .collect::<Vec<_>>()
    });
    let seconds = started.elapsed().as_secs_f64();
    for (share, answers) in shares.iter().zip(answered) {
        let answers = answers?.map_err(|error| format!("a connection failed: {error}"))?;
        if answers.len() < share.len() {
            return Err(format!("not every request was answered within {} seconds", LIMIT.as_secs()));
        }
        share.iter().zip(&answers).try_for_each(|(prepared, answer)| maker.check(prepared, answer))?;
    }
    Ok(Report { seconds })
}

/// Prepares the requests of each connection.
fn prepare(maker: &Maker, order: &Order) -> Result<Vec<Vec<Prepared>>, String> {
    let mut shares: Vec<Vec<Prepared>> = (0..order.connections).map(|_| Vec::new()).collect();
    for number in 0..order.requests {
        let prepared = maker.make(number)?;
        if let Some(share) = shares.iter_mut().min_by_key(|share| share.len()) {
            share.push(prepared);
        }
    }
    Ok(shares)
}

fn send(port: u16, share: &[Prepared], started: Instant) -> io::Result<Vec<Answer>> {
    let mut connection = Connection::to(port);
    let mut answers = Vec::with_capacity(share.len());
    for prepared in share {
        if started.elapsed() > LIMIT {
            break;
        }
        answers.push(connection.exchange(&prepared.bytes)?);
    }
    Ok(answers)
}
