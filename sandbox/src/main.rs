//! The sandbox's command line.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ArgGroup, Parser, Subcommand};
use sandbox::account::{Account, Mode, variables_file};
use sandbox::api::{self, FaultOrder, Platform, UserAction};
use sandbox::cloudflare::{self, Cloudflare};
use sandbox::dev::{self, Dev};
use sandbox::document::Document;
use sandbox::model::{self, ModelProvider};
use sandbox::publish::Publish;
use sandbox::sample;
use sandbox::sender::Sender;
use sandbox::verdict::Verdict;

/// Simulates the WeChat platform: sends callbacks as WeChat does and shows what the user would see.
#[derive(Debug, Parser)]
struct CommandLine {
    /// The server URL of the account, as configured in WeChat's console
    #[arg(long, global = true, default_value = "http://127.0.0.1:8787/callback")]
    to: String,
    /// How messages are encrypted; by default secure if the account has an EncodingAESKey, otherwise plain
    #[arg(long, global = true)]
    mode: Option<Mode>,
    /// The OpenID of the user who sends the message
    #[arg(long, global = true, default_value = "oSANDBOX0000000000000000user")]
    openid: String,
    /// The port of the sandbox's api.weixin.qq.com, which learns what the user does
    #[arg(long, global = true, env = "SANDBOX_PORT", default_value_t = 8788)]
    sandbox_port: u16,
    /// The file with the account's variables; by default .dev.vars, or .dev.vars.example if that does not exist
    #[arg(long, global = true)]
    vars: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Verify the server URL, as the console does on 提交
    Verify,
    /// Send a text message
    Say {
        /// The text
        text: String,
    },
    /// Send a message of another type, such as image or location
    Message {
        /// A message name from `list`
        name: String,
        /// Set a field, such as Content=你好
        #[arg(long = "set", value_name = "FIELD=VALUE", value_parser = parse_field)]
        fields: Vec<(String, String)>,
    },
    /// Send an event, such as subscribe or CLICK
    Event {
        /// An event name from `list`, or any other name
        name: String,
        /// The EventKey of the event
        #[arg(long)]
        key: Option<String>,
        /// Set a field, such as Ticket=T
        #[arg(long = "set", value_name = "FIELD=VALUE", value_parser = parse_field)]
        fields: Vec<(String, String)>,
    },
    /// List the names of all sample messages and events
    List,
    /// Check a rules document without publishing it
    CheckRules {
        /// The JSON file
        file: PathBuf,
    },
    /// Check a rules document and publish its rules to a worker
    PublishRules {
        /// The JSON file
        file: PathBuf,
        #[command(flatten)]
        publish: Publish,
    },
    /// Serve only the simulated api.weixin.qq.com
    Serve {
        /// The port to listen on
        #[arg(long, default_value_t = 8788)]
        port: u16,
    },
    /// Serve only the simulated provider of language models
    Model {
        /// The address to listen on
        #[arg(long, default_value = "127.0.0.1:8090")]
        addr: SocketAddr,
    },
    /// Serve only the simulated API of Cloudflare, to deploy to
    Cloudflare {
        /// The port to listen on; 0 is any
        #[arg(long, default_value_t = 8799)]
        port: u16,
    },
    /// Make the next calls to the running sandbox fail
    #[command(group = ArgGroup::new("fault").required(true))]
    Fail {
        #[command(flatten)]
        order: FaultOrder,
    },
    /// Run the worker and the sandbox until Ctrl-C
    Dev(Dev),
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(CommandLine::parse()).await {
        Ok(exit) => exit,
        Err(complaint) => {
            eprintln!("{complaint}");
            ExitCode::FAILURE
        }
    }
}

async fn run(line: CommandLine) -> Result<ExitCode, String> {
    match &line.command {
        Command::Dev(dev) => dev::run(dev, line.sandbox_port).await.map(|()| ExitCode::SUCCESS),
        Command::List => {
            println!("messages: {}", sample::message_names().join(" "));
            println!("events:   {}", sample::event_names().join(" "));
            Ok(ExitCode::SUCCESS)
        }
        Command::CheckRules { file } => {
            for warning in dev::rule_warnings(&dev::read_rules(file)?) {
                println!("Warning: {} {}", warning.field, warning.message);
            }
            println!("{} is valid.", file.display());
            Ok(ExitCode::SUCCESS)
        }
        Command::PublishRules { file, publish } => {
            let (version, warnings) = publish.rules(file).await?;
            for warning in warnings {
                println!("Warning: {warning}");
            }
            println!("Published version {version}; it reaches every location within two minutes.");
            Ok(ExitCode::SUCCESS)
        }
        Command::Serve { port } => {
            let account = line.account()?;
            let listener = api::listen(*port).await?;
            println!("api.weixin.qq.com for {} at http://127.0.0.1:{port}", account.app_id.as_str());
            match api::serve(listener, Platform::new(account).displayed()).await {}
        }
        Command::Model { addr } => {
            let listener = model::listen(*addr).await?;
            println!("A provider of language models at http://{addr}/v1");
            match model::serve(listener, ModelProvider::default()).await {}
        }
        Command::Cloudflare { port } => {
            let listener = cloudflare::listen(*port).await?;
            let address = listener.local_addr().map_err(|error| error.to_string())?;
            println!("Cloudflare's API at http://{address}/client/v4");
            match cloudflare::serve(listener, Cloudflare::default()).await {}
        }
        Command::Fail { order } => {
            api::order_fault(line.sandbox_port, order).await?;
            println!("The next {} matching call(s) will fail.", order.calls);
            Ok(ExitCode::SUCCESS)
        }
        Command::Verify => {
            line.sender()?.verify().await?;
            println!("The server URL is verified.");
            Ok(ExitCode::SUCCESS)
        }
        Command::Say { text } => {
            let message = sample::message("text").ok_or("the sample text message is missing")?;
            line.deliver(&format!("say {text}"), message.with("Content", text)).await
        }
        Command::Message { name, fields } => {
            let message = sample::message(name)
                .ok_or_else(|| format!("no sample message is named {name}; `list` shows the names"))?;
            line.deliver(name, set(line.with_picture(message), fields)).await
        }
        Command::Event { name, key, fields } => {
            let event = sample::event(name).ok_or("the sample event is missing")?;
            if !sample::has_event(name) {
                eprintln!(
                    "WeChat documents no event {name}: it is sent with the fields of subscribe; `list` shows the names."
                );
            }
            let event = match key {
                Some(key) => event.with("EventKey", key),
                None => event,
            };
            line.deliver(name, set(event, fields)).await
        }
    }
}

impl CommandLine {
    fn account(&self) -> Result<Account, String> {
        Account::read(&self.vars.clone().unwrap_or_else(variables_file))
    }

    fn sender(&self) -> Result<Sender, String> {
        let account = self.account()?;
        let mode = self.mode.unwrap_or(match account.encoding_aes_key {
            Some(_) => Mode::Secure,
            None => Mode::Plain,
        });
        Sender::new(account, mode, self.to.clone())
    }

    fn is_local(&self) -> bool {
        ["://127.0.0.1", "://localhost"].iter().any(|host| self.to.contains(host))
    }

    /// The same message with a PicUrl where its picture can be seen, if it has one.
    fn with_picture(&self, message: Document) -> Document {
        let media_id =
            message.text("MediaId").filter(|_| message.text("PicUrl").is_some() && self.is_local());
        let Some(media_id) = media_id.map(ToOwned::to_owned) else { return message };
        message.with("PicUrl", &format!("http://127.0.0.1:{}/sandbox/media/{media_id}", self.sandbox_port))
    }

    /// Tells the sandbox what the user does, before the worker may answer through it. A deployed worker has no sandbox.
    async fn announce(&self, message: &Document) {
        let Some(action) = UserAction::of(message) else { return };
        if self.is_local()
            && let Err(reason) = api::announce(self.sandbox_port, &action).await
        {
            eprintln!("The sandbox's api.weixin.qq.com does not know of this: {reason}");
        }
    }

    async fn deliver(&self, title: &str, message: Document) -> Result<ExitCode, String> {
        let sender = self.sender()?;
        println!("→ {title}");
        let message = sender.address(message, &self.openid);
        self.announce(&message).await;
        let outcome = sender.deliver(&message).await;
        println!("{outcome}");
        Ok(match outcome.verdict {
            Verdict::FailureNotice(_) => ExitCode::FAILURE,
            Verdict::Nothing | Verdict::Reply(_) => ExitCode::SUCCESS,
        })
    }
}

fn set(document: Document, fields: &[(String, String)]) -> Document {
    fields.iter().fold(document, |document, (name, value)| document.with(name, value))
}

fn parse_field(text: &str) -> Result<(String, String), String> {
    text.split_once('=')
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .ok_or_else(|| "expected FIELD=VALUE".to_owned())
}
