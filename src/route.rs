//! Every route of the worker.

use crate::api::Endpoint;
use crate::gateway::GatewayPath;

/// A route, with what its path contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route<'p> {
    /// `GET /callback[/{account}]`: server address verification.
    VerifyServerAddress {
        /// The account's name in the path.
        account: Option<&'p str>,
    },
    /// `POST /callback[/{account}]`: a message or an event.
    ReceiveMessage {
        /// The account's name in the path.
        account: Option<&'p str>,
    },
    /// `POST /api/{group}/{verb}`, and for some calls also `GET`: a call of the JSON API.
    Api {
        /// `{group}/{verb}`, which may not exist.
        call: &'p str,
    },
    /// `/cgi-bin/...` and WeChat's other paths, with any method: a call through the gateway.
    Gateway(GatewayPath<'p>),
    /// `GET /healthz`: the build, and what is not configured.
    Health,
}

/// Why no route matches a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoRoute {
    /// No route has this path.
    NotFound,
    /// The route has other methods: the value of `Allow`.
    MethodNotAllowed(&'static str),
}

impl<'p> Route<'p> {
    /// The name in the log.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::VerifyServerAddress { .. } => "verify",
            Self::ReceiveMessage { .. } => "callback",
            Self::Api { .. } => "api",
            Self::Gateway(_) => "gateway",
            Self::Health => "health",
        }
    }

    /// Matches a request's method and path. A slash at the end is ignored, except in calls of the API.
    pub fn parse(method: &str, path: &'p str) -> Result<Self, NoRoute> {
        let from_root = path.strip_prefix('/').ok_or(NoRoute::NotFound)?;
        if let Some(call) = from_root.strip_prefix("api/") {
            let allowed = Endpoint::find(call).map_or("POST", Endpoint::methods);
            let is_allowed = allowed.split(", ").any(|one| one == method);
            return if is_allowed { Ok(Self::Api { call }) } else { Err(NoRoute::MethodNotAllowed(allowed)) };
        }
        let mut segments = from_root.strip_suffix('/').unwrap_or(from_root).split('/');
        match (segments.next(), segments.next(), segments.next()) {
            (Some("callback"), account, None) if account != Some("") => match method {
                "GET" => Ok(Self::VerifyServerAddress { account }),
                "POST" => Ok(Self::ReceiveMessage { account }),
                _ => Err(NoRoute::MethodNotAllowed("GET, POST")),
            },
            (Some("healthz"), None, None) => match method {
                "GET" | "HEAD" => Ok(Self::Health),
                _ => Err(NoRoute::MethodNotAllowed("GET, HEAD")),
            },
            _ => GatewayPath::parse(path).map(Self::Gateway).ok_or(NoRoute::NotFound),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{NoRoute, Route};

    #[test]
    fn every_route_has_its_path() {
        let default = Ok(Route::ReceiveMessage { account: None });
        assert_eq!(Route::parse("POST", "/callback"), default);
        assert_eq!(Route::parse("POST", "/callback/"), default);
        assert_eq!(
            Route::parse("GET", "/callback/shop"),
            Ok(Route::VerifyServerAddress { account: Some("shop") })
        );
        assert_eq!(Route::parse("POST", "/api/menu/create"), Ok(Route::Api { call: "menu/create" }));
        assert_eq!(Route::parse("GET", "/api/token/get"), Ok(Route::Api { call: "token/get" }));
        assert_eq!(Route::parse("GET", "/healthz"), Ok(Route::Health));
        assert_eq!(Route::parse("HEAD", "/healthz"), Ok(Route::Health));
    }

    #[test]
    fn anything_else_is_not_found() {
        for path in ["/", "", "/callback//", "/callback/a/b", "//callback", "/Callback", "/healthz/x"] {
            assert_eq!(Route::parse("GET", path), Err(NoRoute::NotFound), "{path}");
        }
    }

    #[test]
    fn another_method_is_refused_with_those_allowed() {
        assert_eq!(Route::parse("GET", "/api/menu/create"), Err(NoRoute::MethodNotAllowed("POST")));
        assert_eq!(Route::parse("GET", "/api/media/get"), Ok(Route::Api { call: "media/get" }));
        assert_eq!(Route::parse("POST", "/api/media/get"), Err(NoRoute::MethodNotAllowed("GET")));
        assert_eq!(Route::parse("GET", "/api/nothing"), Err(NoRoute::MethodNotAllowed("POST")));
        assert_eq!(Route::parse("HEAD", "/api/token/get"), Err(NoRoute::MethodNotAllowed("GET, POST")));
        assert_eq!(Route::parse("PUT", "/callback"), Err(NoRoute::MethodNotAllowed("GET, POST")));
        assert_eq!(Route::parse("POST", "/healthz"), Err(NoRoute::MethodNotAllowed("GET, HEAD")));
    }
}
