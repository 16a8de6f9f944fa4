//! A widget read for somebody.

use super::cache::{Caller, Key};
use pleiade_core::{Audience, CallContext, Connector, ConnectorId, Widget, WidgetDescriptor};
use std::sync::Arc;

/// A widget of a connector, to be read for one person. Cloning is cheap.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct WidgetCall {
    /// The connector.
    pub connector: Arc<dyn Connector>,
    /// One of its widgets.
    pub widget: Arc<dyn Widget>,
    /// The person and the tenant.
    pub context: CallContext,
}

impl WidgetCall {
    /// A call of this widget for this person.
    #[must_use]
    pub fn new(connector: Arc<dyn Connector>, widget: Arc<dyn Widget>, context: CallContext) -> Self {
        Self { connector, widget, context }
    }

    /// The widget's description.
    #[must_use]
    pub fn descriptor(&self) -> &WidgetDescriptor {
        self.widget.descriptor()
    }

    /// The connector instance.
    #[must_use]
    pub fn connector_id(&self) -> &ConnectorId {
        &self.connector.descriptor().id
    }

    pub(super) fn key(&self) -> Key {
        let descriptor = self.descriptor();
        Key {
            tenant: self.context.tenant.id.clone(),
            actor: (descriptor.audience == Audience::Person).then(|| self.context.actor.key()),
            stands_in: self.context.stands_in,
            connector: self.connector_id().clone(),
            widget: descriptor.id.clone(),
            locale: self.context.locale,
        }
    }

    pub(super) fn caller(&self) -> Caller<'_> {
        Caller {
            link: self.context.actor.identity.link,
            connector: self.connector_id(),
            audience: self.descriptor().audience,
        }
    }
}
