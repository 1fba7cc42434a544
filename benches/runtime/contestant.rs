//! Who is measured, with what, and against whom.

use crate::load::Order;
use crate::peer::Peer;
use crate::server::Server;
use crate::traffic::{APP_ID, Traffic};
use crate::worker::{Installed, ROOT, Worker};

/// One server and one kind of requests.
#[derive(Debug)]
pub(crate) struct Contestant {
    pub(crate) name: &'static str,
    traffic: Traffic,
    answers_constant: bool,
    effort: Effort,
}

/// How much of it makes a measurement.
#[derive(Debug, Clone, Copy)]
enum Effort {
    /// A hundred microseconds each.
    Cheap,
    /// A disk is written for each.
    Stored,
    /// Around a millisecond each.
    Dear,
    /// 20 MB each.
    File,
}

/// How long the measurements are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) rounds: usize,
    /// Of those that cost a hundred microseconds.
    pub(crate) requests: usize,
}

/// What a process is started from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Host {
    Worker(Worker),
    Peer(Peer),
}

/// A running process and those it is measured as.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) server: Server,
    pub(crate) contestants: Vec<Contestant>,
    credential: String,
    /// Its files stay as long as it runs.
    _installed: Option<Installed>,
}

/// Everybody but those that have to be installed for it.
pub(crate) fn workers(upstream: u16) -> Vec<(Host, Vec<Contestant>)> {
    let callbacks = |names: [&'static str; 3], effort: Effort| {
        let kinds = [Traffic::Plain, Traffic::Secure, Traffic::Handshake];
        let contestants = names.into_iter().zip(kinds).filter(|(name, _)| !name.is_empty());
        contestants
            .map(|(name, traffic)| Contestant { name, traffic, answers_constant: false, effort })
            .collect()
    };
    let constant =
        |name, traffic| Contestant { name, traffic, answers_constant: true, effort: Effort::Cheap };
    let calls = |names: [&'static str; 3]| {
        let kinds = [
            (Traffic::Call, Effort::Cheap),
            (Traffic::Upload, Effort::File),
            (Traffic::Download, Effort::File),
        ];
        let contestants = names.into_iter().zip(kinds);
        contestants
            .map(|(name, (traffic, effort))| Contestant { name, traffic, answers_constant: false, effort })
            .collect()
    };
    vec![
        (
            Host::Worker(Worker::Limit),
            vec![
                constant("limit, plain body", Traffic::Plain),
                constant("limit, secure body", Traffic::Secure),
                constant("limit, handshake", Traffic::Handshake),
            ],
        ),
        (
            Host::Worker(Worker::Ours { stores: false }),
            callbacks(["ours, plain", "ours, secure", "ours, handshake"], Effort::Cheap),
        ),
        (
            Host::Worker(Worker::ByHand { stores: false }),
            callbacks(["by hand, plain", "by hand, secure", "by hand, handshake"], Effort::Cheap),
        ),
        (
            Host::Worker(Worker::Ours { stores: true }),
            callbacks(["ours, plain, stored", "ours, secure, stored", ""], Effort::Stored),
        ),
        (
            Host::Worker(Worker::ByHand { stores: true }),
            callbacks(["by hand, plain, stored", "by hand, secure, stored", ""], Effort::Stored),
        ),
        (
            Host::Worker(Worker::Gateway { upstream }),
            calls(["gateway, call", "gateway, 20 MB up", "gateway, 20 MB down"]),
        ),
        (
            Host::Worker(Worker::PassThrough { upstream }),
            calls(["pass-through, call", "pass-through, 20 MB up", "pass-through, 20 MB down"]),
        ),
    ]
}

/// What a user could run instead.
pub(crate) fn peers() -> Vec<(Host, Vec<Contestant>)> {
    let both = |plain, secure| {
        let one = |name, traffic| Contestant { name, traffic, answers_constant: false, effort: Effort::Dear };
        vec![one(plain, Traffic::Plain), one(secure, Traffic::Secure)]
    };
    vec![
        (Host::Peer(Peer::CoWechat), both("co-wechat, plain", "co-wechat, secure")),
        (Host::Peer(Peer::FastApi), both("wechatpy on FastAPI, plain", "wechatpy on FastAPI, secure")),
        (Host::Peer(Peer::Flask), both("wechatpy on Flask, plain", "wechatpy on Flask, secure")),
    ]
}

impl Host {
    /// Starts it and brings it to where it answers.
    pub(crate) async fn start(self, contestants: Vec<Contestant>) -> Result<Running, String> {
        let (server, installed) = match self {
            Self::Worker(worker) => {
                let installed = worker.install()?;
                let server = installed.start().await?;
                installed.fill(&server).await?;
                (server, Some(installed))
            }
            Self::Peer(peer) => (peer.start().await?, None),
        };
        let credential = match self {
            Self::Worker(Worker::Gateway { .. }) => credential(server.port("http")?).await?,
            _ => "CREDENTIAL".to_owned(),
        };
        Ok(Running { server, contestants, credential, _installed: installed })
    }
}

impl Running {
    /// The load of one measurement.
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

/// What an SDK gets in its first call, and shows in the place of an access token.
async fn credential(port: u16) -> Result<String, String> {
    let client = sandbox::http::client(std::time::Duration::from_secs(30))?;
    let query = format!("grant_type=client_credential&appid={APP_ID}&secret={ROOT}");
    let url = format!("http://127.0.0.1:{port}/cgi-bin/token?{query}");
    let answer = client.get(url).send().await.map_err(|error| error.to_string())?;
    let answer = answer.text().await.map_err(|error| error.to_string())?;
    let token: serde_json::Value = serde_json::from_str(&answer).unwrap_or_default();
    token["access_token"].as_str().map(ToOwned::to_owned).ok_or(answer)
}
