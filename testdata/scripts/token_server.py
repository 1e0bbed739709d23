"""A token server for a registry of the tests (distribution specification, "Token Authentication").

    token_server.py PORT_FILE KEY CERTIFICATE USER PASSWORD

Listens on loopback, writes its port to PORT_FILE, and gives tokens to USER alone. Tokens end after a minute."""
import base64, http.server, json, subprocess, sys, time, urllib.parse, uuid

port_file, key, certificate, user, password = sys.argv[1:6]
EXPECTED = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(service, scopes):
    pem = open(certificate).read()
    der = pem.split("-----BEGIN CERTIFICATE-----")[1].split("-----END")[0].replace("\n", "")
    header = {"typ": "JWT", "alg": "RS256", "x5c": [der]}
    access = []
    for scope in scopes:
        kind, name, actions = scope.split(":", 2)
        access.append({"type": kind, "name": name, "actions": actions.split(",")})
    now = int(time.time())
    claims = {"iss": "tests", "sub": user, "aud": service, "exp": now + 60, "nbf": now - 10, "iat": now,
              "jti": str(uuid.uuid4()), "access": access}
    text = b64(json.dumps(header).encode()) + "." + b64(json.dumps(claims).encode())
    signed = subprocess.run(["openssl", "dgst", "-sha256", "-sign", key], input=text.encode(), stdout=subprocess.PIPE, check=True)
    return text + "." + b64(signed.stdout)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.headers.get("Authorization") != EXPECTED:
            self.send_response(401)
            self.end_headers()
            return
        query = urllib.parse.parse_qs(urllib.parse.urlparse(self.path).query)
        scopes = [s for given in query.get("scope", []) for s in given.split(" ")]
        body = json.dumps({"token": token(query["service"][0], scopes), "expires_in": 60}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open(port_file, "w") as out:
    out.write(str(server.server_address[1]))
server.serve_forever()
