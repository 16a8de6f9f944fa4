//! What stands on pages: applications, boards and legal deadlines.

use super::{super::ProblemKind, Check};
use crate::catalogue::symbols;
use pleiade_connectors::legal::RuleBook;
use pleiade_core::Icon;

impl<F: FnMut(ProblemKind, String, String)> Check<'_, F> {
    pub(super) fn applications(&mut self) {
        let config = self.config;
        let ids = config.applications.iter().enumerate();
        self.check_unique(
            "application id",
            ids.map(|(n, app)| (format!("applications[{n}].id"), app.id.clone())),
        );
        for (n, application) in config.applications.iter().enumerate() {
            self.known_tenants(&format!("applications[{n}].tenants"), &application.tenants);
            if !matches!(application.url.scheme(), "https" | "http") {
                self.bad_url(format!("applications[{n}].url"), "must begin with https://");
            }
            if let Some(name) = &application.icon
                && symbols::drawing(&Icon::Named(name.clone())).is_none()
            {
                let known = symbols::names().collect::<Vec<_>>().join("`, `");
                self.report(
                    format!("applications[{n}].icon"),
                    format!("no picture is called `{name}`: `{known}`"),
                );
            }
            if let Some(connector) = &application.connector {
                self.known_connector(&format!("applications[{n}].connector"), connector);
            }
        }
    }

    pub(super) fn legal(&mut self) {
        let config = self.config;
        if let Err(problems) = RuleBook::built_in().amended(&config.legal.rules) {
            for problem in problems {
                self.report(format!("legal.rules[{}].{}", problem.change, problem.key), problem.message);
            }
        }
        for (n, tenant) in config.tenants.iter().enumerate() {
            for (m, group) in tenant.legal_groups.iter().flatten().enumerate() {
                if group.trim().is_empty() {
                    self.report(format!("tenants[{n}].legal_groups[{m}]"), "must not be empty");
                }
            }
        }
    }

    pub(super) fn boards(&mut self) {
        let config = self.config;
        for (n, board) in config.boards.iter().enumerate() {
            if let Some(tenant) = &board.tenant
                && !config.tenants.iter().any(|known| known.id == *tenant)
            {
                self.report(format!("boards[{n}].tenant"), format!("there is no tenant `{tenant}`"));
            }
            for (m, card) in board.cards.iter().enumerate() {
                self.known_connector(&format!("boards[{n}].cards[{m}].connector"), &card.connector);
            }
        }
    }
}
