"""Health check of the web container: exit status 0 when the process answers to the name of the site."""

import http.client
import os
import sys
from urllib.parse import urlsplit


def principal() -> int:
    liaison = http.client.HTTPConnection("127.0.0.1", 8000, timeout=4)
    liaison.request("GET", "/sante/vivant/", headers={"Host": urlsplit(os.environ["SITE_URL"]).netloc})
    return 0 if liaison.getresponse().status == 200 else 1


if __name__ == "__main__":
    sys.exit(principal())
