//! How the simulated servers close a connection.

use std::error::Error;
use std::fmt;

/// Makes hyper close the connection.
#[derive(Debug)]
pub(crate) struct ClosedOnPurpose;

impl fmt::Display for ClosedOnPurpose {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the connection was closed on purpose")
    }
}

impl Error for ClosedOnPurpose {}
