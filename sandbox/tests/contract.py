"""Fiken's OpenAPI document as a contract: does a request or an answer keep to it?

    contract = Contract.load()
    contract.check_request("POST", "/companies/x/sales", {}, body)       # → problems
    contract.check_response("GET", "/companies/x/sales/1", 200, headers, body)

Paths may be whole addresses or start with ``/api/v2``. The document is named by the
environment variable ``FIKEN_OPENAPI``, a file or an address; by default it is Fiken's
own. Where Fiken is known to differ from its document, DIFFERENCES says so: nothing else
is let through.
"""

import copy
import os
import re
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from jsonschema import Draft202012Validator, FormatChecker

ADDRESS = "https://api.fiken.no/api/v2/docs/swagger.yaml"
METHODS = ("get", "post", "put", "patch", "delete")


class Unavailable(Exception):
    """The document could not be loaded."""


# -- where Fiken differs from its document ---------------------------------------------


def _schema(document, name):
    return document["components"]["schemas"][name]


def _property(document, schema, name, kind="string"):
    _schema(document, schema).setdefault("properties", {})[name] = {"type": kind}


def _operation(document, path, method, operation):
    document["paths"]["/companies/{companySlug}" + path][method] = operation


def _attachments_and_payments(document):
    gone = {"responses": {"204": {}}}
    listed = copy.deepcopy(
        document["paths"]["/companies/{companySlug}/sales/{saleId}/attachments"]["get"]
    )
    contact = "/contacts/{contactId}/attachments"
    _operation(document, contact, "get", listed)
    for path in list(document["paths"]):
        if path.endswith("/attachments"):
            document["paths"][path + "/{attachmentUuid}"] = {"delete": gone}
    undo = {
        **gone,
        "parameters": [
            {"name": "description", "in": "query", "schema": {"type": "string"}}
        ],
    }
    for path, owner in (("sales", "saleId"), ("purchases", "purchaseId")):
        _operation(
            document, f"/{path}/{{{owner}}}/payments/{{paymentId}}", "delete", undo
        )
    for name in ("uuid", "filename"):
        _property(document, "attachment", name)


def _readable_contact_fields(document):
    for name in ("phoneNumber", "memberNumber", "memberNumberString", "currency"):
        _schema(document, "contact")["properties"][name].pop("writeOnly")
    _schema(document, "company")["properties"]["phoneNumber"].pop("writeOnly")


def _contact_person_created(document):
    path = "/companies/{companySlug}/contacts/{contactId}/contactPerson"
    responses = document["paths"][path]["post"]["responses"]
    responses["201"] = responses["200"]


def _line_ids(document):
    _schema(document, "orderLine")["properties"]["lineId"] = {
        "type": "integer",
        "format": "int64",
        "readOnly": True,
    }


def _purchase_filters(document):
    names = [
        "contactId",
        *(f"lastModified{end}" for end in ("", "Le", "Lt", "Ge", "Gt")),
    ]
    document["paths"]["/companies/{companySlug}/purchases"]["get"]["parameters"] += [
        {"name": name, "in": "query", "schema": {}} for name in names
    ]


def _paid_is_no_property(document):
    for name in ("saleRequest", "purchaseRequest"):
        schema = _schema(document, name)
        schema["required"] = [field for field in schema["required"] if field != "paid"]
        schema["properties"]["paid"] = {"type": "boolean"}


DIFFERENCES = (
    (
        "`paid` is required, but no property: requests work without",
        _paid_is_no_property,
    ),
    ("newer: attachments and payments can be deleted", _attachments_and_payments),
    ("newer: phone, currency and member number are readable", _readable_contact_fields),
    ("newer: 201 for a new contact person", _contact_person_created),
    ("newer: order lines have ids", _line_ids),
    ("newer: purchases are found by contactId and lastModified", _purchase_filters),
)

# The document of May 2026 says the same of requests, so these hold for it too.
OLD_DIFFERENCES = DIFFERENCES[:1]


# -- the document ----------------------------------------------------------------------


def read_document(source=None):
    source = source or os.environ.get("FIKEN_OPENAPI") or ADDRESS
    try:
        if urlsplit(source).scheme in ("http", "https"):
            with urllib.request.urlopen(source, timeout=30) as answer:
                text = answer.read().decode()
        else:
            text = Path(source).read_text(encoding="utf-8")
        document = yaml.safe_load(text)
        document["paths"]["/user"]  # noqa: B018 - an error page may be YAML too
    except Exception as error:
        raise Unavailable(f"Fiken's OpenAPI document ({source}): {error}") from error
    return document


class Contract:
    """The document, and how fields without a value are answered: left out, or all there
    as ``null``, or ``empty``, where free text is "" and the rest null.
    """

    def __init__(self, document, differences=DIFFERENCES, absent="omit"):
        self.absent = absent
        document = copy.deepcopy(document)
        for _reason, apply in differences:
            apply(document)
        self.document = document
        self.schemas = document["components"]["schemas"]
        self.operations = []
        for template, item in document["paths"].items():
            pattern = re.compile(re.sub(r"\{\w+\}", "[^/]+", template))
            shared = item.get("parameters", [])
            for method in METHODS:
                if method in item:
                    operation = item[method]
                    parameters = shared + operation.get("parameters", [])
                    entry = (template, pattern, method.upper(), operation, parameters)
                    self.operations.append(entry)
        # /invoices/drafts is not the invoice with the id "drafts".
        self.operations.sort(key=lambda entry: entry[0].count("{"))
        self._validators = {}

    @classmethod
    def load(cls, source=None, differences=DIFFERENCES):
        return cls(read_document(source), differences)

    def operation(self, method, path):
        path = re.sub(r"^.*?/api/v2(?=/)", "", urlsplit(path).path).rstrip("/")
        for template, pattern, name, operation, parameters in self.operations:
            if name == method.upper() and pattern.fullmatch(path):
                return template, operation, parameters
        return None

    # -- checks ------------------------------------------------------------------------

    def check_request(self, method, path, query=None, body=None):
        """What is wrong with a request: its path, query and JSON body."""
        found = self.operation(method, path)
        if found is None:
            return [f"{method} {path} is not in the document"]
        template, operation, parameters = found
        where = f"{method} {template}"
        problems = self._check_query(where, parameters, query or {})
        content = (operation.get("requestBody") or {}).get("content", {})
        if "application/json" in content:
            required = operation["requestBody"].get("required")
            if body is None and required:
                problems.append(f"{where}: a body is required")
            elif body is not None:
                schema = content["application/json"]["schema"]
                problems += self._check(where, schema, body, "request")
        elif body is not None:
            problems.append(f"{where}: takes no JSON body")
        return problems

    def check_response(self, method, path, status, headers, body):
        """What is wrong with an answer; ``body`` is its JSON, None if empty."""
        if status >= 400:
            return self._check_error(f"{method} {path}", status, body)
        found = self.operation(method, path)
        if found is None:
            return [f"{method} {path} is not in the document"]
        template, operation, _parameters = found
        where = f"{method} {template}"
        # One status in the document is a number, the others are strings.
        responses = {
            str(code): answer for code, answer in operation["responses"].items()
        }
        if str(status) not in responses:
            return [f"{where}: status {status} is not one of {sorted(responses)}"]
        response = responses[str(status)]
        names = {name.lower() for name in headers}
        problems = [
            f"{where}: header {name} is missing"
            for name in response.get("headers", {})
            if name.lower() not in names
        ]
        content = response.get("content", {}).get("application/json")
        if content is None:
            if body is not None:
                problems.append(f"{where}: the body should be empty")
        elif body is None:
            problems.append(f"{where}: the body is empty")
        else:
            problems += self._check(where, content["schema"], body, "response")
        return problems

    @staticmethod
    def _check_error(where, status, body):
        # The document has no errors; Fiken answers {"message": …}, or a list of such.
        errors = body if isinstance(body, list) else [body]
        if errors and all(
            isinstance(error, dict) and isinstance(error.get("message"), str)
            for error in errors
        ):
            return []
        return [f"{where}: status {status} without a message"]

    def _check_query(self, where, parameters, query):
        known = {}
        for parameter in parameters:
            if "$ref" in parameter:
                parameter = self._resolve(parameter)
            if parameter["in"] == "query":
                known[parameter["name"]] = parameter
        problems = [
            f"{where}: unknown query {name}" for name in query if name not in known
        ]
        problems += [
            f"{where}: query {name} is missing"
            for name, parameter in known.items()
            if parameter.get("required") and name not in query
        ]
        for name, value in query.items():
            if name in known:
                schema = known[name].get("schema", {})
                typed = _typed(value, schema.get("type"))
                problems += self._check(f"{where}?{name}", schema, typed, "request")
        return problems

    def _check(self, where, schema, value, direction):
        errors = self._validator(schema, direction).iter_errors(value)
        return [
            f"{where}: {error.json_path}: {error.message[:300]}" for error in errors
        ]

    # -- schemas -----------------------------------------------------------------------

    def _validator(self, schema, direction):
        key = (id(schema), direction)
        if key not in self._validators:
            self._validators[key] = Draft202012Validator(
                self._converted(schema, direction), format_checker=FormatChecker()
            )
        return self._validators[key]

    def _resolve(self, reference):
        found = self.document
        for part in reference["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        return found

    def _converted(self, schema, direction):
        """OpenAPI 3.0 as JSON Schema: references inlined, nothing allowed that the
        document does not name, and nothing sent that only goes the other way."""
        if "$ref" in schema:
            return self._converted(self._resolve(schema), direction)
        if "allOf" in schema:
            return self._converted(self._merged(schema["allOf"]), direction)
        result = {
            name: value
            for name, value in schema.items()
            if name not in ("example", "description", "default", "properties", "title")
        }
        if schema.get("nullable") and "type" in schema:
            result["type"] = [schema["type"], "null"]
        if "items" in schema:
            result["items"] = self._converted(schema["items"], direction)
        if "properties" in schema:
            barred = "readOnly" if direction == "request" else "writeOnly"
            open_ = {
                name: value
                for name, value in schema["properties"].items()
                if not value.get(barred)
            }
            result["properties"] = {
                name: self._converted(value, direction) for name, value in open_.items()
            }
            result["additionalProperties"] = False
            required = [name for name in schema.get("required", []) if name in open_]
            if direction == "response" and self.absent != "omit":
                for name in open_.keys() - set(required):
                    if self.absent == "null" or not _is_text(open_[name]):
                        nullable = [result["properties"][name], {"type": "null"}]
                        result["properties"][name] = {"anyOf": nullable}
                required = list(open_)
            result["required"] = required
        if schema.get("format") == "int32":
            result.update(minimum=-(2**31), maximum=2**31 - 1)
        return result

    def _merged(self, parts):
        whole = {"type": "object", "properties": {}, "required": []}
        for part in parts:
            part = self._resolve(part) if "$ref" in part else part
            if "allOf" in part:
                part = self._merged(part["allOf"])
            whole["properties"].update(part.get("properties", {}))
            whole["required"] += part.get("required", [])
        return whole


def _is_text(schema):
    """Whether any text would do, be it empty."""
    return schema.get("type") == "string" and not (
        {"format", "enum", "pattern"} & schema.keys()
    )


def _typed(value, kind):
    """A query value as what it stands for; what is none of it stays text, and fails."""
    if kind in ("integer", "number") and re.fullmatch(r"-?\d+", str(value)):
        return int(value)
    if kind == "boolean" and str(value) in ("true", "false"):
        return str(value) == "true"
    return value if kind is None else str(value)
