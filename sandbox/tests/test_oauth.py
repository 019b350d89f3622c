"""The pages that a person clicks through, codes, tokens, and their end."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from sandbox_client import KAFFE

CALLBACK = "http://127.0.0.1:8069/fiken/oauth/callback"
APP = ("sandbox-client", "sandbox-secret")


class Person:
    """Somebody at a browser without JavaScript."""

    def __init__(self, url):
        self.url = url
        self.browser = requests.Session()

    def authorize(self, **query):
        query = {
            "response_type": "code",
            "client_id": "sandbox-client",
            "redirect_uri": CALLBACK,
            "state": "a&b=1 æ",
            **query,
        }
        query = {name: value for name, value in query.items() if value is not None}
        return self.browser.get(
            f"{self.url}/oauth/authorize",
            params=query,
            allow_redirects=False,
            timeout=30,
        )

    def submit(self, page, **fields):
        action = unescape(re.search(r'<form[^>]*action="([^"]+)"', page.text)[1])
        return self.browser.post(
            self.url + action, data=fields, allow_redirects=False, timeout=30
        )

    def log_in(self, page, email="kari@example.com", password="sandbox"):
        for name in ("email", "password"):
            assert f'id="{name}"' in page.text
        answer = self.submit(page, email=email, password=password)
        if answer.status_code != 303:
            return answer
        return self.browser.get(self.url + answer.headers["Location"], timeout=30)

    def consent(self, companies=(KAFFE,), email="kari@example.com", **query):
        """Log in and approve; the address one is sent back to."""
        page = self.authorize(**query)
        if 'id="login"' in page.text:
            page = self.log_in(page, email)
        assert 'id="approve"' in page.text and 'id="deny"' in page.text
        answer = self.submit(page, company=list(companies), decision="approve")
        return answer.headers["Location"]


def values_of(location):
    return {
        name: value[0] for name, value in parse_qs(urlsplit(location).query).items()
    }


@pytest.fixture
def person(control):
    return Person(control.url)


@pytest.fixture
def token(control):
    def token(auth=APP, **fields):
        return requests.post(
            f"{control.url}/oauth/token", data=fields, auth=auth, timeout=30
        )

    return token


@pytest.fixture
def exchange(token):
    def exchange(code, redirect_uri=CALLBACK, **arguments):
        return token(
            grant_type="authorization_code",
            code=code,
            redirect_uri=redirect_uri,
            **arguments,
        )

    return exchange


@pytest.fixture
def connected(person, exchange):
    """Tokens of Kari for the demo company."""
    return exchange(values_of(person.consent())["code"]).json()


def refused(answer, error, status=400):
    assert answer.status_code == status
    assert answer.json()["error"] == error


def test_consent_gives_a_code_and_tokens(person, exchange, client_for):
    values = values_of(person.consent())
    assert values["state"] == "a&b=1 æ"
    answer = exchange(values["code"], state="whatever")
    assert answer.status_code == 200
    tokens = answer.json()
    assert tokens["token_type"] == "bearer" and tokens["expires_in"] == 86157
    client = client_for(tokens["access_token"])
    assert client.read("/user") == {
        "name": "Kari Nordmann",
        "email": "kari@example.com",
    }
    # Only what was ticked.
    assert [company["slug"] for company in client.read("/companies")] == [KAFFE]
    other = client_for(tokens["access_token"], "fiken-demo-uten-mva-as")
    other.refused(other.get("/contacts"), 403)


def test_all_companies_are_ticked_at_first(person):
    page = person.log_in(person.authorize(), "ola@example.com")
    boxes = re.findall(
        r'<input type="checkbox" name="company" value="(\S+)" (\w+)', page.text
    )
    assert [checked for _slug, checked in boxes] == ["checked"] * 3
    assert boxes[0][0] == KAFFE


def test_a_code_works_once(person, exchange):
    code = values_of(person.consent())["code"]
    assert exchange(code).status_code == 200
    refused(exchange(code), "invalid_grant")


def test_a_code_is_bound_to_its_redirect(person, exchange):
    code = values_of(person.consent())["code"]
    refused(exchange(code, "http://127.0.0.1:8069/other"), "invalid_grant")


def test_a_code_expires(person, exchange, control):
    control.set(code_ttl=0)
    refused(exchange(values_of(person.consent())["code"]), "invalid_grant")


def test_refusal_is_told_to_the_app(person):
    page = person.log_in(person.authorize())
    answer = person.submit(page, decision="deny")
    values = values_of(answer.headers["Location"])
    assert values["error"] == "access_denied" and values["state"] == "a&b=1 æ"


def test_wrong_address_or_app_is_not_redirected(person):
    for query in (
        {"redirect_uri": "https://evil.example.com/"},
        {"redirect_uri": None},
        {"client_id": "other"},
    ):
        answer = person.authorize(**query)
        assert answer.status_code == 400 and "Location" not in answer.headers


def test_other_mistakes_are_told_to_the_app(person):
    answer = person.authorize(response_type="token")
    assert values_of(answer.headers["Location"])["error"] == "unsupported_response_type"
    answer = person.authorize(state=None)
    assert values_of(answer.headers["Location"])["error"] == "invalid_request"


def test_unknown_user(person):
    answer = person.log_in(person.authorize(), "nobody@example.com")
    assert answer.status_code == 401 and 'id="error"' in answer.text


def test_two_users(person, exchange, client_for):
    location = person.consent(email="ola@example.com")
    client = client_for(exchange(values_of(location)["code"]).json()["access_token"])
    assert client.read("/user")["name"] == "Ola Hansen"


def test_client_credentials_by_basic_only(person, exchange):
    code = values_of(person.consent())["code"]
    secret = {"client_id": APP[0], "client_secret": APP[1]}
    refused(exchange(code, auth=None, **secret), "invalid_client", 401)
    refused(exchange(code, auth=(APP[0], "wrong")), "invalid_client", 401)
    # … and the code is still good.
    assert exchange(code).status_code == 200


def test_refresh_keeps_the_token(connected, token, client_for):
    answer = token(grant_type="refresh_token", refresh_token=connected["refresh_token"])
    tokens = answer.json()
    assert tokens["refresh_token"] == connected["refresh_token"]
    assert tokens["access_token"] != connected["access_token"]
    for access in (connected["access_token"], tokens["access_token"]):
        assert client_for(access).get("/user").status_code == 200


def test_rotated_refresh_tokens(connected, token, control):
    control.set(rotate_refresh_tokens=True, access_token_ttl=3600)
    old = connected["refresh_token"]
    tokens = token(grant_type="refresh_token", refresh_token=old).json()
    assert tokens["refresh_token"] != old and tokens["expires_in"] == 3600
    refused(token(grant_type="refresh_token", refresh_token=old), "invalid_grant")
    answer = token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert answer.status_code == 200


def test_access_tokens_expire(connected, token, control, client_for):
    assert control.post("expire-tokens").json() == {"expired": 1}
    client = client_for(connected["access_token"])
    client.refused(client.get("/user"), 401)
    # A personal token never does.
    assert client_for().get("/user").status_code == 200
    fresh = token(
        grant_type="refresh_token", refresh_token=connected["refresh_token"]
    ).json()
    assert client_for(fresh["access_token"]).get("/user").status_code == 200


def test_revoke_by_the_app(connected, token, control, client_for):
    headers = {"Authorization": f"Bearer {connected['access_token']}"}
    url = f"{control.url}/oauth/revoke"
    assert requests.post(url, headers=headers, timeout=30).status_code == 200
    client = client_for(connected["access_token"])
    client.refused(client.get("/user"), 401)
    refresh = {"refresh_token": connected["refresh_token"]}
    refused(token(grant_type="refresh_token", **refresh), "invalid_grant")
    assert requests.post(url, headers=headers, timeout=30).status_code == 401


def test_revoke_by_the_user(connected, token, control, client_for):
    answer = control.post("revoke", {"user": "kari@example.com"})
    assert answer.json() == {"revoked": 1}
    client = client_for(connected["access_token"])
    client.refused(client.get("/user"), 401)
    refresh = {"refresh_token": connected["refresh_token"]}
    refused(token(grant_type="refresh_token", **refresh), "invalid_grant")


def test_a_second_consent_replaces_the_companies(person, exchange, client_for):
    first = exchange(values_of(person.consent())["code"]).json()
    companies = [KAFFE, "fiken-demo-uten-mva-as"]
    exchange(values_of(person.consent(companies))["code"])
    assert len(client_for(first["access_token"]).read("/companies")) == 2


def test_unknown_grants(token):
    refused(token(grant_type="client_credentials"), "unsupported_grant_type")
    refused(token(grant_type="refresh_token", refresh_token="x"), "invalid_grant")


def test_faults_reach_the_token_endpoint(connected, token, control):
    control.set(rotate_refresh_tokens=True)
    control.fault("commit-then-drop", "/oauth/token$")
    refresh = {"refresh_token": connected["refresh_token"]}
    with pytest.raises(requests.ConnectionError):
        token(grant_type="refresh_token", **refresh)
    # The new refresh token went down with the connection: a new consent is needed.
    refused(token(grant_type="refresh_token", **refresh), "invalid_grant")


def test_grants_can_outlive_a_reset(connected, control, client_for):
    control.post("reset", {"keep_grants": True})
    assert client_for(connected["access_token"]).get("/user").status_code == 200
    control.post("reset")
    assert client_for(connected["access_token"]).get("/user").status_code == 401
