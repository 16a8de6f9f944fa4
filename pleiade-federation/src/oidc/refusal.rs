//! What a provider's refusal means. Only the standard codes are named, in words of ours: an answer, and above all an address that a browser
//! brings back, may say anything.

use http::StatusCode;
use pleiade_core::SignInError;
use serde::Deserialize;

const TOO_MANY: SignInError =
    SignInError::Unreachable("HTTP 429: the provider counts too many requests; try later");

#[derive(Deserialize)]
struct ErrorAnswer {
    error: String,
}

/// A code of RFC 6749 (§4.1.2.1, §5.2), RFC 8707, RFC 9101, RFC 9126, RFC 9449, OpenID Connect Core (§3.1.2.6) and Unmet Authentication
/// Requirements, with what to do about it.
fn sentence(code: &str) -> Option<&'static str> {
    Some(match code {
        "access_denied" => "access_denied: the person, or a rule of the provider, said no",
        "login_required" => "login_required: an action of the person is needed",
        "interaction_required" => "interaction_required: an action of the person is needed",
        "account_selection_required" => "account_selection_required: an action of the person is needed",
        "consent_required" => {
            "consent_required: the person has not consented, or may not: consent for everybody at the provider"
        }
        "unmet_authentication_requirements" => {
            "unmet_authentication_requirements: the person cannot reach a level of acr_values there"
        }
        "invalid_request" => {
            "invalid_request: a parameter is missing there, or too much: compare redirect_uri and preset with what the provider expects"
        }
        "invalid_scope" => "invalid_scope: compare scopes with those that the provider allows this client",
        "invalid_client" => {
            "invalid_client: the provider refuses our client_id, or our secret or key, or client_authentication"
        }
        "unauthorized_client" => {
            "unauthorized_client: the provider does not allow this client the code flow, or this use of it"
        }
        "unsupported_response_type" => {
            "unsupported_response_type: allow this client the code flow at the provider"
        }
        "unsupported_grant_type" => {
            "unsupported_grant_type: the provider does not offer what was asked of its token endpoint"
        }
        "invalid_grant" => "invalid_grant: the provider refuses what was shown to it",
        "invalid_target" => "invalid_target: the provider gives no token for that application",
        "invalid_request_uri" => "invalid_request_uri: the provider no longer knows the pushed request",
        "invalid_request_object" => {
            "invalid_request_object: the provider wants signed requests, which are not made here"
        }
        "request_not_supported" => "request_not_supported: the provider takes no request object",
        "request_uri_not_supported" => "request_uri_not_supported: the provider takes no pushed request",
        "registration_not_supported" => {
            "registration_not_supported: the provider registers no clients by request"
        }
        "invalid_dpop_proof" => {
            "invalid_dpop_proof: the provider wants DPoP, which is not spoken here: switch it off for this client"
        }
        "use_dpop_nonce" => {
            "use_dpop_nonce: the provider wants DPoP, which is not spoken here: switch it off for this client"
        }
        "server_error" => "server_error: the provider failed",
        "temporarily_unavailable" => "temporarily_unavailable: the provider is not available now",
        _ => return None,
    })
}

/// The refusal that a browser brings back from the authorization endpoint, or whoever made its address: a refusal whatever the code says.
pub(super) fn of_authorization(code: &str) -> SignInError {
    SignInError::Refused(
        sentence(code).unwrap_or("another error: the provider refuses with a code of its own"),
    )
}

/// The refusal of an endpoint that we called. `refused` says what a refusal of the grant means.
pub(super) fn of_endpoint(status: StatusCode, body: &[u8], refused: &'static str) -> SignInError {
    let code = serde_json::from_slice::<ErrorAnswer>(body).map(|answer| answer.error).ok();
    let standard = code.as_deref().and_then(sentence);
    match (code.as_deref(), standard) {
        _ if status == StatusCode::TOO_MANY_REQUESTS => TOO_MANY,
        (Some("invalid_grant"), _) => SignInError::Refused(refused),
        (Some("access_denied" | "invalid_target"), Some(why)) => SignInError::Refused(why),
        (Some("temporarily_unavailable" | "server_error"), Some(why)) => SignInError::Unreachable(why),
        (_, Some(why)) => SignInError::Misconfigured(why),
        (_, None) if status.is_server_error() => SignInError::Unreachable("the provider failed"),
        (Some(_), None) => {
            SignInError::Misconfigured("the provider refuses our request with a code of its own")
        }
        (None, None) if status == StatusCode::PAYLOAD_TOO_LARGE => {
            SignInError::Misconfigured("HTTP 413: the request is larger than the provider takes")
        }
        (None, None) if status == StatusCode::METHOD_NOT_ALLOWED || status == StatusCode::NOT_FOUND => {
            SignInError::Misconfigured("HTTP 404 or 405: an endpoint of the discovery document is none")
        }
        (None, None) if status == StatusCode::UNAUTHORIZED || status == StatusCode::FORBIDDEN => {
            SignInError::Misconfigured(
                "HTTP 401 or 403: the provider refuses our client_id, or our secret or key, or client_authentication",
            )
        }
        (None, None) => SignInError::Untrusted("the provider's refusal cannot be read"),
    }
}

/// What a status other than the expected one means where no code is expected.
pub(super) fn of_status(status: StatusCode, otherwise: SignInError) -> SignInError {
    match status {
        StatusCode::TOO_MANY_REQUESTS => TOO_MANY,
        status if status.is_server_error() => SignInError::Unreachable("the provider failed"),
        _ => otherwise,
    }
}

/// The refusal that a return from an OpenID provider tells, in our words; none when it tells none. For a return that belongs to no attempt,
/// so that the operator reads of it: anybody can make one, and nothing else may follow from it.
#[must_use]
pub fn told_refusal(query: &[(String, String)]) -> Option<SignInError> {
    let (_, code) = query.iter().find(|(name, _)| name == "error")?;
    Some(of_authorization(code))
}
