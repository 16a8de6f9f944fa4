"""Verifies tokens with PyJWT as a Jitsi server does, and prints what it read as JSON.

Reads a list of {"token", "key", "algorithm", "audience", "issuer"} from the standard input. Every claim that is required must be there, the
signature and the times right; the same token with a letter changed, for another audience or issuer, or by another algorithm, must be refused.
"""

import json
import sys

import jwt


def read(one, **changes):
    wanted = {**one, **changes}
    return jwt.decode(
        wanted["token"],
        wanted["key"],
        algorithms=[wanted["algorithm"]],
        audience=wanted["audience"],
        issuer=wanted["issuer"],
        leeway=0,
        options={"require": ["exp", "nbf", "iat", "iss", "aud", "sub"], "strict_aud": True},
    )


def refused(one, **changes):
    try:
        read(one, **changes)
    except jwt.InvalidTokenError as error:
        return type(error).__name__
    raise SystemExit(f"taken: {changes}")


def changed(token):
    head, payload, signature = token.split(".")
    return ".".join([head, payload, ("B" if signature[0] == "A" else "A") + signature[1:]])


print(
    json.dumps(
        [
            {
                "header": jwt.get_unverified_header(one["token"]),
                "claims": read(one),
                "refused": [
                    refused(one, token=changed(one["token"])),
                    refused(one, audience="another"),
                    refused(one, issuer="another"),
                    refused(one, algorithm="HS512"),
                ],
            }
            for one in json.load(sys.stdin)
        ]
    )
)
