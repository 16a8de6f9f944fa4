//! What the foot of every page leads to: for anybody, by collectivité, and never better than what was entered.

use crate::support::{ALPHA, BETA, OPERATOR, Setup, World, tenant_id};
use axum::http::StatusCode;
use pleiade_server::statements::{AccessibilityAudit, AllStatements, Statements};

const PATHS: [&str; 4] = ["/accessibility", "/legal-notice", "/data-protection", "/help"];

fn said(contact: &str) -> Statements {
    Statements {
        help: Some(contact.parse().unwrap()),
        publisher: Some("Jeanne <b>Martin</b>, maire".to_owned()),
        host: Some("Hébergeur, 1 rue du Centre, 01 02 03 04 05".to_owned()),
        data_protection: Some("dpo@alpha.example".parse().unwrap()),
        accessibility: Some("https://alpha.example/accessible".parse().unwrap()),
        audit: Some(AccessibilityAudit {
            on: "2026-05-31".parse().unwrap(),
            met: 72,
            by: "Cabinet Martin".to_owned(),
            declaration: None,
        }),
    }
}

#[tokio::test]
async fn anybody_reads_them_and_what_nobody_entered_is_said_to_be_missing() {
    let world = World::new().await;
    for host in [ALPHA, BETA, OPERATOR] {
        let mut stranger = world.browser(host);
        let sign_in = stranger.get("/sign-in").await.page();
        let foot = sign_in.one("footer").words().replace(['\u{a0}', '\u{202f}'], " ");
        assert!(foot.contains("Accessibilité : non conforme, pas encore audité"), "{foot}");
        for path in PATHS {
            let answer = stranger.get(path).await;
            assert_eq!(answer.status, StatusCode::OK, "{host} {path}");
            answer.page().check_page("fr");
            assert!(sign_in.all("a").any(|link| link.get("href") == Some(path)), "{path}");
            let words = answer.page().one("main").words();
            let missing = words.contains("n’a pas encore indiqué")
                && (path != "/legal-notice" || words.contains("Non renseigné."));
            assert!(missing, "{host} {path}: {words}");
        }
        stranger.set("pleiade-look", "en.auto");
        for path in PATHS {
            stranger.get(path).await.page().check_page("en");
        }
    }
}

#[tokio::test]
async fn each_collectivite_says_its_own_and_names_nobody_else_s() {
    let setup = Setup {
        statements: AllStatements::new(
            Statements::default(),
            [(tenant_id("alpha"), said("aide@alpha.example"))],
        ),
        ..Setup::default()
    };
    let world = World::with(setup).await;
    let mut clerk = world.clerk_at(ALPHA).await;
    for (path, expected) in [
        ("/help", "aide@alpha.example"),
        ("/legal-notice", "Jeanne <b>Martin</b>, maire"),
        ("/data-protection", "dpo@alpha.example"),
        ("/accessibility", "fait par Cabinet Martin, terminé le dimanche 31 mai : 72 % des critères"),
    ] {
        let answer = clerk.get(path).await;
        let words = answer.page().one("main").words().replace(['\u{a0}', '\u{202f}'], " ");
        assert!(words.contains(expected), "{path}: {words}");
        assert!(!answer.body.contains("<b>Martin"), "what is entered is text");
        let foot = answer.page().one("footer").words().replace(['\u{a0}', '\u{202f}'], " ");
        assert!(foot.contains("Accessibilité : partiellement conforme"), "{foot}");
        let other = world.browser(BETA).get(path).await.body;
        assert!(!other.contains("Martin") && !other.contains("alpha.example"), "{path}");
    }
    assert!(clerk.get("/accessibility").await.body.contains("href=\"https://alpha.example/accessible\""));
    // It has an age: what was found three years ago proves nothing today.
    world.clock.advance(std::time::Duration::from_secs(4 * 365 * 24 * 3600));
    let foot = world.browser(ALPHA).get("/sign-in").await.page().one("footer").words();
    assert!(foot.contains("non conforme, audit de plus de trois ans"), "{foot}");
}

#[tokio::test]
async fn each_site_can_be_installed_under_its_own_name() {
    let world = World::new().await;
    for (host, name) in [(ALPHA, "Ville d’Alpha"), (BETA, "Commune de Beta"), (OPERATOR, "OPSN")] {
        let mut stranger = world.browser(host);
        let page = stranger.get("/sign-in").await.page();
        let link = page.all("link").find(|link| link.get("rel") == Some("manifest")).unwrap();
        let answer = stranger.get(link.get("href").unwrap()).await;
        assert_eq!(answer.header("content-type"), Some("application/manifest+json"));
        let manifest: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(manifest["name"], format!("{name} - Pléiade"));
        assert_eq!((&manifest["start_url"], &manifest["display"]), (&"/".into(), &"standalone".into()));
        let icon = manifest["icons"][0]["src"].as_str().unwrap();
        assert_eq!(stranger.get(icon).await.status, StatusCode::OK);
    }
}
