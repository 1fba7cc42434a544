//! The contestants, their traffic, and the processes that serve them.

use crate::load::Order;
use crate::peer::Peer;
use crate::server::Server;
use crate::traffic::{APP_ID, Traffic};
use crate::worker::{Installed, ROOT, Store, Worker};

/// A server with one kind of requests.
#[derive(Debug)]
pub(crate) struct Contestant {
    pub(crate) name: &'static str,
    traffic: Traffic,
    answers_constant: bool,
    effort: Effort,
}

/// The cost of a request, which decides how many make a measurement.
#[derive(Debug, Clone, Copy)]
enum Effort {
    /// About a hundred microseconds per request.
    Cheap,
    /// Each request writes to the disk.
    Stored,
    /// About a millisecond per request.
    Dear,
    /// 20 MB per request.
    File,
}

/// The length of the measurements.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) rounds: usize,
    /// The number of cheap requests in a measurement; there are fewer of the others.
    pub(crate) requests: usize,
}

/// The program that a process runs.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Host {
    Worker(Worker),
    Peer(Peer),
}

/// A program and its contestants.
pub(crate) type Entry = (Host, &'static [Contestant]);

/// A running process and its contestants.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) server: Server,
    pub(crate) contestants: &'static [Contestant],
    credential: String,
    /// The files of the process, which are deleted when this is dropped.
    _installed: Option<Installed>,
}

/// The contestants in workerd, for which nothing has to be installed.
pub(crate) const WORKERS: &[Entry] = &[
    (
        Host::Worker(Worker::Limit),
        &[
            constant("limit, plain body", Traffic::Plain),
            constant("limit, secure body", Traffic::Secure),
            constant("limit, handshake", Traffic::Handshake),
        ],
    ),
    (
        Host::Worker(Worker::Ours(Store::Nothing)),
        &[
            one("ours, plain", Traffic::Plain, Effort::Cheap),
            one("ours, secure", Traffic::Secure, Effort::Cheap),
            one("ours, handshake", Traffic::Handshake, Effort::Cheap),
        ],
    ),
    (Host::Worker(Worker::Rules(10)), &[one("ours, plain, 10 rules", Traffic::Plain, Effort::Cheap)]),
    (Host::Worker(Worker::Rules(10_000)), &[one("ours, plain, 10,000 rules", Traffic::Plain, Effort::Cheap)]),
    (
        Host::Worker(Worker::ByHand(Store::Nothing)),
        &[
            one("by hand, plain", Traffic::Plain, Effort::Cheap),
            one("by hand, secure", Traffic::Secure, Effort::Cheap),
            one("by hand, handshake", Traffic::Handshake, Effort::Cheap),
        ],
    ),
    (
        Host::Worker(Worker::Ours(Store::D1)),
        &[
            one("ours, plain, stored", Traffic::Plain, Effort::Stored),
            one("ours, secure, stored", Traffic::Secure, Effort::Stored),
        ],
    ),
    (Host::Worker(Worker::Assistant), &[one("ours, plain, asked", Traffic::Asked, Effort::Stored)]),
    (
        Host::Worker(Worker::ByHand(Store::D1)),
        &[
            one("by hand, plain, stored", Traffic::Plain, Effort::Stored),
            one("by hand, secure, stored", Traffic::Secure, Effort::Stored),
        ],
    ),
    (
        Host::Worker(Worker::Ours(Store::SlowD1)),
        &[one("ours, plain, stored in a slow D1", Traffic::Plain, Effort::Stored)],
    ),
    (
        Host::Worker(Worker::ByHand(Store::SlowD1)),
        &[one("by hand, plain, stored in a slow D1", Traffic::Plain, Effort::Stored)],
    ),
    (
        Host::Worker(Worker::Gateway),
        &[
            one("gateway, call", Traffic::Call, Effort::Cheap),
            one("gateway, 20 MB up", Traffic::Upload, Effort::File),
            one("gateway, 20 MB down", Traffic::Download, Effort::File),
        ],
    ),
    (
        Host::Worker(Worker::PassThrough),
        &[
            one("pass-through, call", Traffic::Call, Effort::Cheap),
            one("pass-through, 20 MB up", Traffic::Upload, Effort::File),
            one("pass-through, 20 MB down", Traffic::Download, Effort::File),
        ],
    ),
];

/// Another build of this worker, to compare with the current one.
pub(crate) const BEFORE: &[Entry] = &[
    (
        Host::Worker(Worker::Before(Store::Nothing)),
        &[
            one("before, plain", Traffic::Plain, Effort::Cheap),
            one("before, secure", Traffic::Secure, Effort::Cheap),
            one("before, handshake", Traffic::Handshake, Effort::Cheap),
        ],
    ),
    (
        Host::Worker(Worker::Before(Store::D1)),
        &[
            one("before, plain, stored", Traffic::Plain, Effort::Stored),
            one("before, secure, stored", Traffic::Secure, Effort::Stored),
        ],
    ),
    (
        Host::Worker(Worker::Before(Store::SlowD1)),
        &[one("before, plain, stored in a slow D1", Traffic::Plain, Effort::Stored)],
    ),
];

/// Libraries that a user could run instead.
pub(crate) const PEERS: &[Entry] = &[
    (
        Host::Peer(Peer::CoWechat),
        &[
            one("co-wechat, plain", Traffic::Plain, Effort::Dear),
            one("co-wechat, secure", Traffic::Secure, Effort::Dear),
        ],
    ),
    (
        Host::Peer(Peer::FastApi),
        &[
            one("wechatpy on FastAPI, plain", Traffic::Plain, Effort::Dear),
            one("wechatpy on FastAPI, secure", Traffic::Secure, Effort::Dear),
        ],
    ),
    (
        Host::Peer(Peer::Flask),
        &[
            one("wechatpy on Flask, plain", Traffic::Plain, Effort::Dear),
            one("wechatpy on Flask, secure", Traffic::Secure, Effort::Dear),
        ],
    ),
];

const fn one(name: &'static str, traffic: Traffic, effort: Effort) -> Contestant {
    Contestant { name, traffic, answers_constant: false, effort }
}

const fn constant(name: &'static str, traffic: Traffic) -> Contestant {
    Contestant { name, traffic, answers_constant: true, effort: Effort::Cheap }
}

impl Host {
    /// Starts the process, creates its tables and rules, and gets a credential.
    pub(crate) async fn start(
        self,
        contestants: &'static [Contestant],
        upstream: u16,
    ) -> Result<Running, String> {
        let (server, installed) = match self {
            Self::Worker(worker) => {
                let installed = worker.install(upstream)?;
                let server = installed.start().await?;
                installed.fill(&server).await?;
                (server, Some(installed))
            }
            Self::Peer(peer) => (peer.start().await?, None),
        };
        let credential = match self {
            Self::Worker(Worker::Gateway) => credential(server.port("http")?).await?,
            _ => "CREDENTIAL".to_owned(),
        };
        Ok(Running { server, contestants, credential, _installed: installed })
    }
}

impl Running {
    /// The order to the load generator for one measurement.
    pub(crate) fn order(&self, contestant: &Contestant, size: Size) -> Result<Order, String> {
        let (divisor, connections) = match contestant.effort {
            Effort::Cheap => (1, 8),
            Effort::Stored | Effort::Dear => (4, 8),
            Effort::File => (200, 2),
        };
        Ok(Order {
            port: self.server.port("http")?,
            traffic: contestant.traffic,
            answers_constant: contestant.answers_constant,
            credential: self.credential.clone(),
            requests: size.requests.div_ceil(divisor),
            connections,
        })
    }
}

/// The gateway credential, which an SDK gets in its first call and uses as its access token.
async fn credential(port: u16) -> Result<String, String> {
    let client = sandbox::http::client(std::time::Duration::from_secs(30))?;
    let query = format!("grant_type=client_credential&appid={APP_ID}&secret={ROOT}");
    let url = format!("http://127.0.0.1:{port}/cgi-bin/token?{query}");
    let answer = client.get(url).send().await.map_err(|error| error.to_string())?;
    let answer = answer.text().await.map_err(|error| error.to_string())?;
    let token: serde_json::Value = serde_json::from_str(&answer).unwrap_or_default();
    token["access_token"].as_str().map(ToOwned::to_owned).ok_or(answer)
}
