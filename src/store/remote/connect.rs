//! Clients of the stores, with credentials and endpoints from the environment.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::local::LocalFileSystem;
use object_store::{BackoffConfig, ClientOptions, Error, ObjectStore, RetryConfig};

use super::RemoteError;
use super::address::{Address, Place};
use crate::store::durable;

/// How long to wait for a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// How long one request may take that carries a piece: 8 MiB at less than 30 kB/s.
const REQUEST: Duration = Duration::from_secs(300);
/// How often a request is tried again.
const RETRIES: usize = 4;

type Variables = BTreeMap<String, String>;

/// The store at `address`.
///
/// # Errors
/// When a directory cannot be made, and when the environment contradicts itself.
pub(super) fn store(address: &Address, variables: &Variables) -> Result<Arc<dyn ObjectStore>, RemoteError> {
    if let Place::Directory(directory) = &address.place {
        durable::create_dir(directory)?;
    } else {
        // TLS by ring, as object_store signs with it. It was set already when two remotes were opened.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
    built(&address.place, variables).map_err(|error| RemoteError::setup(address, &error))
}

fn built(place: &Place, variables: &Variables) -> Result<Arc<dyn ObjectStore>, Error> {
    Ok(match place {
        Place::Directory(directory) => Arc::new(LocalFileSystem::new_with_prefix(directory)?.with_fsync(true)),
        Place::S3 { endpoint, bucket } => {
            let builder = AmazonS3Builder::new().with_client_options(client()).with_retry(retry());
            let builder = settings(variables, "AWS_")
                .fold(builder, |builder, (key, value)| builder.with_config(key, value))
                .with_bucket_name(bucket);
            Arc::new(match endpoint {
                Some(endpoint) => {
                    let builder = builder.with_endpoint(endpoint).with_virtual_hosted_style_request(false);
                    if endpoint.starts_with("http:") {
                        builder.with_allow_http(true).build()?
                    } else {
                        builder.build()?
                    }
                }
                None => builder.build()?,
            })
        }
        Place::Google(bucket) => {
            let builder = GoogleCloudStorageBuilder::new().with_client_options(client()).with_retry(retry());
            let set = settings(variables, "GOOGLE_");
            let builder = set.fold(builder, |builder, (key, value)| builder.with_config(key, value));
            Arc::new(builder.with_bucket_name(bucket).build()?)
        }
        Place::Azure(container) => {
            let builder = MicrosoftAzureBuilder::new().with_client_options(client()).with_retry(retry());
            let set = settings(variables, "AZURE_");
            let builder = set.fold(builder, |builder, (key, value)| builder.with_config(key, value));
            Arc::new(builder.with_container_name(container).build()?)
        }
    })
}

/// The variables that begin with `prefix` and that the store knows.
fn settings<'v, K: std::str::FromStr>(variables: &'v Variables, prefix: &str) -> impl Iterator<Item = (K, &'v str)> {
    let of_store = variables.iter().filter(move |(name, value)| name.starts_with(prefix) && !value.is_empty());
    of_store.filter_map(|(name, value)| Some((name.to_ascii_lowercase().parse().ok()?, value.as_str())))
}

fn client() -> ClientOptions {
    let agent = concat!("pv/", env!("CARGO_PKG_VERSION"));
    let options = ClientOptions::new().with_connect_timeout(CONNECT).with_timeout(REQUEST);
    options.with_config(object_store::ClientConfigKey::UserAgent, agent)
}

fn retry() -> RetryConfig {
    let backoff = BackoffConfig { max_backoff: Duration::from_secs(5), ..BackoffConfig::default() };
    RetryConfig { backoff, max_retries: RETRIES, retry_timeout: REQUEST }
}
