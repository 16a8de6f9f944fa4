//! CAS 2 and 3.

use super::adapter::{BuiltSource, ReturnAddress, SourceAdapter, SourceContext, SourceProbe};
use crate::sign_in::proxy_tickets::StoredPgts;
use pleiade_core::{Clock, IdentityProvider as _, SourceId, Transport};
use pleiade_federation::cas::{CasConfig, CasProvider, MemoryPgtStore, PgtStore};
use std::sync::Arc;
use url::Url;

fn build(
    settings: &CasConfig,
    id: &SourceId,
    transport: &Arc<dyn Transport>,
    tickets: Arc<dyn PgtStore>,
) -> Result<CasProvider, String> {
    CasProvider::new(id.clone(), settings.clone(), transport.clone(), tickets)
        .map_err(|error| error.to_string())
}

impl SourceAdapter for CasConfig {
    fn name(&self) -> &'static str {
        "cas"
    }

    fn authority(&self) -> String {
        self.server.to_string()
    }

    fn called_addresses(&self) -> Vec<Url> {
        vec![self.server.clone()]
    }

    fn form_targets(&self) -> Vec<Url> {
        vec![self.server.clone()]
    }

    fn tells_logins_alone(&self) -> bool {
        // A CAS server may not escape what it repeats: its attributes decide nothing.
        true
    }

    fn may_serve_alone(&self) -> bool {
        self.ticket_service().is_some()
    }

    fn gives_proxy_tickets(&self) -> bool {
        self.proxy.is_some()
    }

    fn ticket_service(&self) -> Option<&Url> {
        // A server that asks for the password each time gives nothing without a question.
        self.proxy.as_ref().filter(|_| !self.renew).map(|_| &self.service)
    }

    fn return_addresses(&self) -> Vec<ReturnAddress<'_>> {
        let service = ReturnAddress { key: "service", address: &self.service, page: "callback" };
        let proxy = self.proxy.as_ref().map(|proxy| &proxy.callback);
        let proxy = proxy.map(|address| ReturnAddress { key: "proxy.callback", address, page: "pgt" });
        [Some(service), proxy].into_iter().flatten().collect()
    }

    fn build(&self, id: &SourceId, context: SourceContext<'_>) -> Result<BuiltSource, String> {
        let (storage, sealer, clock) = (context.storage, context.sealer, context.clock);
        let tickets = StoredPgts::new(storage.clone(), sealer.clone(), clock.clone());
        Ok(BuiltSource::new(build(self, id, context.transport, Arc::new(tickets))?))
    }

    fn probe(
        &self,
        id: &SourceId,
        transport: &Arc<dyn Transport>,
        clock: &Arc<dyn Clock>,
    ) -> Result<Option<SourceProbe>, String> {
        let provider = build(self, id, transport, Arc::new(MemoryPgtStore::new(clock.clone())))?;
        Ok(Some(Box::pin(async move {
            provider.probe().await.map_err(|error| error.to_string())?;
            Ok("the CAS server answers")
        })))
    }
}
