//! The kinds of connector that this build has.

use crate::kind::{ConnectorSettings, KindVisitor};
use serde::{Deserializer, de::DeserializeOwned};

/// Shows every kind of this build to a visitor: the registry, one line for each connector.
///
/// ```
/// # use pleiade_connectors::kind::{ConnectorSettings, KindVisitor};
/// # use pleiade_connectors::registry::visit_kinds;
/// # use serde::de::DeserializeOwned;
/// #[derive(Default)]
/// struct Names(Vec<&'static str>);
/// impl KindVisitor for Names {
///     fn kind<S: ConnectorSettings + DeserializeOwned>(&mut self, name: &'static str) {
///         self.0.push(name);
///     }
/// }
/// let mut names = Names::default();
/// visit_kinds(&mut names);
/// println!("This program reads {}.", names.0.join(", "));
/// ```
pub fn visit_kinds(visitor: &mut impl KindVisitor) {
    let _ = &visitor;
    #[cfg(feature = "astre")]
    visitor.kind::<crate::astre::AstreConfig>("astre");
    #[cfg(feature = "ciril")]
    visitor.kind::<crate::ciril::CirilConfig>("ciril");
    #[cfg(feature = "gta")]
    visitor.kind::<crate::gta::GtaConfig>("gta");
    #[cfg(feature = "idelibre")]
    visitor.kind::<crate::idelibre::IdelibreConfig>("idelibre");
    #[cfg(feature = "iparapheur")]
    visitor.kind::<crate::iparapheur::IparapheurConfig>("iparapheur");
    #[cfg(feature = "jitsi")]
    visitor.kind::<crate::jitsi::JitsiConfig>("jitsi");
    #[cfg(feature = "kelio")]
    visitor.kind::<crate::kelio::KelioConfig>("kelio");
    #[cfg(feature = "matrix")]
    visitor.kind::<crate::matrix::MatrixConfig>("matrix");
    #[cfg(feature = "nextcloud")]
    visitor.kind::<crate::nextcloud::NextcloudConfig>("nextcloud");
    #[cfg(feature = "pastell")]
    visitor.kind::<crate::pastell::PastellConfig>("pastell");
    #[cfg(feature = "s2low")]
    visitor.kind::<crate::s2low::S2lowConfig>("s2low");
    #[cfg(feature = "watcha")]
    visitor.kind::<crate::watcha::WatchaConfig>("watcha");
    #[cfg(feature = "zimbra")]
    visitor.kind::<crate::zimbra::ZimbraConfig>("zimbra");
}

/// Reads the settings of a kind from any format. None when this build has no such kind.
///
/// # Errors
/// Those of the format and of the settings.
pub fn read_settings<'de, D: Deserializer<'de>>(
    kind: &str,
    from: D,
) -> Option<Result<Box<dyn ConnectorSettings>, D::Error>> {
    let mut reading = Reading { wanted: kind, from: Some(from), read: None };
    visit_kinds(&mut reading);
    reading.read
}

struct Reading<'a, D, E> {
    wanted: &'a str,
    from: Option<D>,
    read: Option<Result<Box<dyn ConnectorSettings>, E>>,
}

impl<'de, D: Deserializer<'de>> KindVisitor for Reading<'_, D, D::Error> {
    fn kind<S: ConnectorSettings + DeserializeOwned>(&mut self, name: &'static str) {
        if name == self.wanted
            && let Some(from) = self.from.take()
        {
            self.read = Some(S::deserialize(from).map(|settings| Box::new(settings) as _));
        }
    }
}
