#!/usr/bin/env python3
"""Makes an OCI image layout of a root file system tar.
usage: layout.py TAR OUT COMMAND..."""
import gzip, hashlib, json, os, shutil, sys

tar, out, command = sys.argv[1], sys.argv[2], sys.argv[3:]
CREATED = "2024-01-01T00:00:00Z"
PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
shutil.rmtree(out, ignore_errors=True)
blobs = os.path.join(out, "blobs", "sha256")
os.makedirs(blobs)


def put(data):
    digest = hashlib.sha256(data).hexdigest()
    with open(os.path.join(blobs, digest), "wb") as f:
        f.write(data)
    return {"digest": "sha256:" + digest, "size": len(data)}


part = os.path.join(out, "layer")
plain = hashlib.sha256()
with open(tar, "rb") as source, open(part, "wb") as raw:
    with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=6) as packed:
        while block := source.read(1 << 20):
            plain.update(block)
            packed.write(block)
packed = hashlib.sha256()
with open(part, "rb") as f:
    while block := f.read(1 << 20):
        packed.update(block)
size = os.path.getsize(part)
os.rename(part, os.path.join(blobs, packed.hexdigest()))
config = {
    "created": CREATED, "architecture": os.environ.get("ARCH", "amd64"), "os": "linux",
    "config": {"Env": [PATH], "Cmd": command},
    "rootfs": {"type": "layers", "diff_ids": ["sha256:" + plain.hexdigest()]},
    "history": [{"created": CREATED, "created_by": "root file system of Debian packages"}],
}
manifest = {
    "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
    "config": {"mediaType": "application/vnd.oci.image.config.v1+json", **put(json.dumps(config).encode())},
    "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip",
                "digest": "sha256:" + packed.hexdigest(), "size": size}],
}
root = {"mediaType": manifest["mediaType"], **put(json.dumps(manifest).encode()),
        "annotations": {"org.opencontainers.image.ref.name": "latest"}}
with open(os.path.join(out, "index.json"), "w") as f:
    json.dump({"schemaVersion": 2, "manifests": [root]}, f)
with open(os.path.join(out, "oci-layout"), "w") as f:
    json.dump({"imageLayoutVersion": "1.0.0"}, f)
